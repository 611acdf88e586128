"""Make lstm.npz: what PyTorch computes for small LSTM layers.

python -m tests.golden.make_lstm
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from fastvec.layers.stack import Stack

PATH = Path(__file__).with_name("lstm.npz")
STEPS, ROWS, WIDTH, CELLS, LAYERS = 7, 5, 6, 11, 2
PROJECTIONS = {"projected": 4, "plain": None}


def made_stack(projection: int | None) -> Stack:
    """Return a stack as PyTorch has it: no skip connections, no limits."""
    stack = Stack(
        WIDTH, CELLS, projection, LAYERS, np.random.default_rng(3),
        skip_connections=False, cell_clip=None, proj_clip=None,
    )  # fmt: skip
    rng = np.random.default_rng(4)
    for name, array in stack.parameters.items():
        if name.endswith("bias"):
            array[:] = rng.normal(0, 0.5, array.shape)
    return stack


def reordered(array: np.ndarray) -> np.ndarray:
    """Turn gates along the last axis from i, j, f, o to PyTorch's i, f, g, o, or back."""
    i, second, third, o = np.split(array, 4, axis=-1)
    return np.concatenate([i, third, second, o], axis=-1)


def torch_lstm(stack: Stack) -> Any:
    """Return a ``torch.nn.LSTM`` with a stack's weights."""
    import torch

    first = stack.layers[0]
    projected = "projection" in first.parameters
    lstm = torch.nn.LSTM(
        first.inputs, first.cells, len(stack.layers),
        proj_size=first.outputs if projected else 0,
        dtype=torch.from_numpy(first.parameters["kernel"]).dtype,
    )  # fmt: skip
    with torch.no_grad():
        for number, layer in enumerate(stack.layers):
            kernel = reordered(layer.parameters["kernel"]).T
            bias = reordered(layer.parameters["bias"])
            bias[layer.cells : 2 * layer.cells] += 1  # The forget bias.
            weights = {
                "weight_ih": kernel[:, : layer.inputs],
                "weight_hh": kernel[:, layer.inputs :],
                "bias_ih": bias,
                "bias_hh": np.zeros_like(bias),
            }
            if projected:
                weights["weight_hr"] = layer.parameters["projection"].T
            for name, array in weights.items():
                getattr(lstm, f"{name}_l{number}").copy_(torch.from_numpy(array.copy()))
    return lstm


def torch_results(stack: Stack, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return PyTorch's outputs, states and gradients, named as fastvec names them."""
    import torch

    lstm = torch_lstm(stack)
    inputs = torch.from_numpy(given["inputs"]).requires_grad_()
    state = tuple(torch.from_numpy(given[name]) for name in ("output", "cell"))
    outputs, (output, cell) = lstm(inputs, state)
    outputs.backward(torch.from_numpy(given["output_gradient"]))
    results = {"outputs": outputs, "output": output, "cell": cell, "input_gradient": inputs.grad}
    for number, layer in enumerate(stack.layers):
        weight = {
            name: getattr(lstm, f"{name}_l{number}").grad
            for name in ("weight_ih", "weight_hh", "bias_ih")
        }
        results[f"{number}/kernel"] = torch.cat([weight["weight_ih"], weight["weight_hh"]], 1).T
        results[f"{number}/bias"] = weight["bias_ih"]
        if "projection" in layer.parameters:
            results[f"{number}/projection"] = getattr(lstm, f"weight_hr_l{number}").grad.T
    arrays = {name: tensor.detach().numpy() for name, tensor in results.items()}
    return {
        name: reordered(array) if name.endswith(("kernel", "bias")) else array
        for name, array in arrays.items()
    }


def drawn(projection: int | None, dtype: Any = np.float32) -> dict[str, np.ndarray]:
    """Draw inputs, a state for each layer, and a gradient of the outputs."""
    rng, width = np.random.default_rng(5), projection or CELLS
    shapes = {
        "inputs": (STEPS, ROWS, WIDTH),
        "cell": (LAYERS, ROWS, CELLS),
        "output": (LAYERS, ROWS, width),
        "output_gradient": (STEPS, ROWS, width),
    }
    return {name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()}


def main() -> None:
    arrays = {}
    for name, projection in PROJECTIONS.items():
        stack, given = made_stack(projection), drawn(projection)
        made = {**stack.parameters, **given}
        for kind, group in (("given", made), ("made", torch_results(stack, given))):
            arrays |= {f"{name}/{kind}/{key}": array for key, array in group.items()}
    np.savez_compressed(PATH, **arrays)


if __name__ == "__main__":
    main()
