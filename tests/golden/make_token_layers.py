"""Make ``token_layers.npz``: outputs and gradients of the token layers, found by PyTorch.

python -m tests.golden.make_token_layers
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fastvec.layers.characters import CharacterCNN
from tests.reference import torch_token_layers as twin

WORDS = ["a", "orange", "durian", "包袱", "x" * 12]


def characters(parameters: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Draw parameters for the layer, and have PyTorch run it."""
    from fastvec.vocabulary.characters import character_ids

    ids = character_ids(WORDS, longest=10)
    outputs, found = twin.gradients(
        lambda own: twin.character_vectors(own, ids, "relu"), parameters
    )
    return {"ids": ids, "outputs": outputs} | _named(parameters, found)


def softmax(generator: np.random.Generator) -> dict[str, np.ndarray]:
    """Run a softmax of 12 words."""
    arrays = {
        name: generator.normal(0, 1, shape).astype(np.float32)
        for name, shape in {"weights": (12, 5), "bias": (12,), "hidden": (7, 5)}.items()
    }
    targets = generator.integers(0, 12, 7).astype(np.int32)
    loss, found = twin.gradients(lambda own: twin.word_loss(own, targets), arrays)
    return {"targets": targets, "outputs": loss} | _named(arrays, found)


def mix(generator: np.random.Generator) -> dict[str, np.ndarray]:
    """Run a mix of three layers with layer norm."""
    arrays = {
        name: generator.normal(0, 1, shape).astype(np.float32)
        for name, shape in {"weights": (3,), "gamma": (1,), "layers": (3, 4, 6)}.items()
    }
    outputs, found = twin.gradients(twin.mixed, arrays)
    return {"outputs": outputs} | _named(arrays, found)


def _named(arrays: dict[str, np.ndarray], found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    given = {f"given/{name}": array for name, array in arrays.items()}
    return given | {f"gradient/{name}": array for name, array in found.items()}


def main() -> None:
    """Write the file."""
    generator = np.random.default_rng(7)
    layer = CharacterCNN(261, 3, [[1, 2], [2, 3], [3, 4]], 2, 5, rng=generator)
    for name, array in layer.parameters.items():
        if "W_cnn" in name:
            array *= 8  # So that no filter is always shut.
    parts = {
        "characters": characters(layer.parameters),
        "softmax": softmax(generator),
        "mix": mix(generator),
    }
    arrays = {f"{part}/{name}": a for part, named in parts.items() for name, a in named.items()}
    np.savez_compressed(Path(__file__).with_name("token_layers.npz"), **arrays)


if __name__ == "__main__":
    main()
