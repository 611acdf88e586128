"""The arrays that an ELMo model of some settings has."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.models.elmo.bilm_options import BilmOptions, CharacterOptions, tensors
from fastvec.models.elmo.config import ELMoConfig
from fastvec.vocabulary.words import BOS, EOS, UNK, Vocabulary

# Names of parameters begin with their part; the token table is stored as the word vectors.
TOKENS, ENCODER, SOFTMAX = "tokens/", "encoder/", "softmax/"
TABLE, VECTORS = "tokens/embedding", "vectors"

Shapes = dict[str, tuple[int, ...]]


def bilm_options(config: ELMoConfig) -> BilmOptions:
    """Return what bilm-tf calls these sizes."""
    characters = None
    if config.input == "characters":
        characters = CharacterOptions(
            dim=config.char_dim, filters=tuple(config.filter_sizes), n_highway=config.highway,
            activation=config.activation, longest=config.max_characters,
        )  # fmt: skip
    return BilmOptions(
        cells=config.cells, projection=config.dim, layers=config.layers,
        skip_connections=config.skip_connections, cell_clip=config.cell_clip,
        proj_clip=config.proj_clip, characters=characters,
    )  # fmt: skip


def parameter_shapes(config: ELMoConfig, rows: int) -> Shapes:
    """Return the shape of each parameter, by its name, of a model of so many words."""
    shapes: Shapes = {}
    for tensor in tensors(bilm_options(config)):
        part = TOKENS if tensor.layer == "token" else ENCODER
        shape = tensor.shape[1:] if len(tensor.shape) == 4 else tensor.shape
        shapes[part + tensor.key] = tuple(rows if size is None else size for size in shape)
    shapes[f"{SOFTMAX}bias"] = (rows,)
    if not config.shared_softmax:
        shapes[f"{SOFTMAX}weights"] = (rows, config.dim)
    return shapes


def count(shapes: Shapes, part: str) -> int:
    """Return the numbers of all parameters of a part."""
    return sum(prod(shape) for name, shape in shapes.items() if name.startswith(part))


def has_softmax(stored: Mapping[str, NDArray[Any]]) -> bool:
    """Tell whether there is an output layer, without which no words can be told."""
    return f"{SOFTMAX}bias" in stored


def check_stored(
    config: ELMoConfig, vocabulary: Vocabulary, stored: Mapping[str, NDArray[Any]]
) -> None:
    """Check the words and arrays of a model folder.

    Raises
    ------
    ParameterError
        If a mark or an array is missing, or an array is of another shape or type.
    """
    if not {UNK, BOS, EOS} <= set(vocabulary.specials):
        raise ParameterError(f"the special words must be {UNK}, {BOS} and {EOS}")
    rows = len(vocabulary)
    wanted = parameter_shapes(config, rows)
    wanted.pop(TABLE, None)
    wanted[VECTORS] = (rows, config.dim)
    for name, shape in wanted.items():
        if name.startswith(SOFTMAX) and not has_softmax(stored):
            continue
        array = stored.get(name)
        if array is None or array.shape != shape or array.dtype != "float32":
            found = "missing" if array is None else f"{array.dtype} of shape {array.shape}"
            raise ParameterError(f"{name} must be float32 of shape {shape}, but is {found}")
