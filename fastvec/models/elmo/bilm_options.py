"""bilm-tf's ``options.json``: the sizes of a language model, and what they ask of its weights."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from fastvec.errors import FormatError
from fastvec.vocabulary.characters import LONGEST, N_CHARACTERS

LARGEST_FILE = 1 << 20  # Bytes of JSON; the published ones have 500.
WIDEST = 1 << 17  # Of any layer.
MOST_LAYERS, MOST_FILTERS, MOST_CHARACTERS = 100, 1000, 10_000
# The first in training and in the weights, the second in prediction, where 0 is a mask.
CHARACTER_COUNTS = (N_CHARACTERS, N_CHARACTERS + 1)


@dataclass(frozen=True, kw_only=True)
class CharacterOptions:
    """Sizes of the token layer that reads characters; names as in `CharacterCNN`."""

    dim: int
    filters: tuple[tuple[int, int], ...]
    n_highway: int = 2
    activation: str = "relu"
    longest: int = LONGEST

    @property
    def width(self) -> int:
        """Filters of all kinds together, F."""
        return sum(number for _, number in self.filters)


@dataclass(frozen=True, kw_only=True)
class BilmOptions:
    """Sizes of a language model.

    Attributes
    ----------
    cells, projection, layers : int
        H, P and L. Where H = P, the cells' outputs are not projected.
    skip_connections : bool
    cell_clip, proj_clip : float or None
    characters : CharacterOptions or None
        None for a model that reads words.
    """

    cells: int
    projection: int
    layers: int
    skip_connections: bool = True
    cell_clip: float | None = 3.0
    proj_clip: float | None = 3.0
    characters: CharacterOptions | None = None


class Tensor(NamedTuple):
    """An array of the weights.

    Attributes
    ----------
    dataset : str
        Its path in the HDF5 file.
    layer, key : str
        "token" or "lstm", and its name among that layer's parameters.
    shape : tuple of int or None
        In the file; None for the number of words, which the file alone knows.
    """

    dataset: str
    layer: str
    key: str
    shape: tuple[int | None, ...]


def tensors(options: BilmOptions) -> Iterator[Tensor]:
    """Yield every array that a model of these sizes has, in the order of its layers."""
    projection, cells = options.projection, options.cells
    if options.characters is None:
        yield Tensor("embedding", "token", "embedding", (None, projection))
    else:
        yield from _character_tensors(options.characters, projection)
    for number, direction in enumerate(("forward", "backward")):
        for layer in range(options.layers):
            cell = f"RNN_{number}/RNN/MultiRNNCell/Cell{layer}/LSTMCell/"
            key = f"{direction}/{layer}/"
            yield Tensor(cell + "W_0", "lstm", key + "kernel", (2 * projection, 4 * cells))
            yield Tensor(cell + "B", "lstm", key + "bias", (4 * cells,))
            if cells != projection:
                yield Tensor(cell + "W_P_0", "lstm", key + "projection", (cells, projection))


def _character_tensors(options: CharacterOptions, projection: int) -> Iterator[Tensor]:
    width = options.width
    yield Tensor("char_embed", "token", "char_embed", (N_CHARACTERS, options.dim))
    for i, (size, number) in enumerate(options.filters):
        shape = (1, size, options.dim, number)
        yield Tensor(f"CNN/W_cnn_{i}", "token", f"W_cnn_{i}", shape)
        yield Tensor(f"CNN/b_cnn_{i}", "token", f"b_cnn_{i}", (number,))
    for i in range(options.n_highway):
        for gate in ("carry", "transform"):
            high, key = f"CNN_high_{i}/", f"highway_{i}/"
            yield Tensor(f"{high}W_{gate}", "token", f"{key}W_{gate}", (width, width))
            yield Tensor(f"{high}b_{gate}", "token", f"{key}b_{gate}", (width,))
    if width != projection:
        yield Tensor("CNN_proj/W_proj", "token", "W_proj", (width, projection))
        yield Tensor("CNN_proj/b_proj", "token", "b_proj", (projection,))


def notes(options: BilmOptions) -> list[str]:
    """Say what other programs would refuse in a model of these sizes, and why."""
    found = []
    characters = options.characters
    if options.cells == options.projection:
        found.append(
            f"there is no projection matrix, as dim and projection_dim are both {options.cells}: "
            "bilm-tf reads that, AllenNLP does not"
        )
    if not options.skip_connections:
        found.append("there are no skip connections: bilm-tf reads that, AllenNLP does not")
    if options.layers > 8:
        found.append(f"there are {options.layers} layers: bilm-tf knows the names of 8 at most")
    if characters is None:
        found.append(
            "the model reads words: bilm-tf needs use_character_inputs=False and the weights' file "
            "as its embedding_weight_file, too; AllenNLP reads models of characters only"
        )
        return found
    if characters.width == options.projection:
        found.append(
            "the filters' outputs are not projected, as they are as many as projection_dim, "
            f"{options.projection}: bilm-tf reads that, AllenNLP does not"
        )
    if characters.width < options.projection:
        found.append(
            f"there are fewer filters, {characters.width}, than projection_dim, "
            f"{options.projection}: bilm-tf refuses that"
        )
    if characters.longest != LONGEST:
        found.append(
            f"a word has up to {characters.longest} characters: AllenNLP always makes {LONGEST}"
        )
    return found


def options_text(options: BilmOptions, words: int | None = None) -> str:
    """Return ``options.json``, with the number of words where the model reads words."""
    lstm = {
        "cell_clip": options.cell_clip,
        "dim": options.cells,
        "n_layers": options.layers,
        "proj_clip": options.proj_clip,
        "projection_dim": options.projection,
        "use_skip_connections": options.skip_connections,
    }
    content: dict[str, Any] = {"bidirectional": True, "lstm": lstm}
    characters = options.characters
    if characters is None:
        content["n_tokens_vocab"] = words
    else:
        content["char_cnn"] = {
            "activation": characters.activation,
            "embedding": {"dim": characters.dim},
            "filters": characters.filters,
            "max_characters_per_token": characters.longest,
            "n_characters": CHARACTER_COUNTS[1],
            "n_highway": characters.n_highway,
        }
    return json.dumps(content, indent=2) + "\n"


def read_options(path: str | PathLike[str]) -> BilmOptions:
    """Read ``options.json``; 261 or 262 characters mean the same.

    Raises
    ------
    FormatError
        Naming the option that is missing or out of range.
    """
    try:
        with open(path, "rb") as file:
            text = file.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE:
            raise FormatError(f"{path}: is larger than {LARGEST_FILE} bytes, and no options.json")
        content = json.loads(text)
    except OSError as error:
        raise FormatError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path}: is not JSON: {error}") from error
    top = _Options(path, content)
    lstm = top.inner("lstm")
    characters = _read_characters(top.inner("char_cnn")) if "char_cnn" in top.content else None
    return BilmOptions(
        cells=lstm.whole("dim", 1, WIDEST),
        projection=lstm.whole("projection_dim", 1, WIDEST),
        layers=lstm.whole("n_layers", 1, MOST_LAYERS, default=1),
        skip_connections=lstm.flag("use_skip_connections"),
        cell_clip=lstm.limit("cell_clip"),
        proj_clip=lstm.limit("proj_clip"),
        characters=characters,
    )


def _read_characters(given: _Options) -> CharacterOptions:
    given.whole("n_characters", *CHARACTER_COUNTS)
    longest = given.whole("max_characters_per_token", 3, MOST_CHARACTERS)
    activation = given.content.get("activation")
    if activation not in ("relu", "tanh"):
        raise given.wrong("activation", '"relu" or "tanh"')
    pairs = given.content.get("filters")
    wanted = f"up to {MOST_FILTERS} pairs [width up to {longest}, number up to {WIDEST}]"
    if not isinstance(pairs, list) or not 1 <= len(pairs) <= MOST_FILTERS:
        raise given.wrong("filters", wanted)
    for pair in pairs:
        match pair:
            case [int(width), int(number)] if (
                bool not in (type(width), type(number))
                and 1 <= width <= longest
                and 1 <= number <= WIDEST
            ):
                pass
            case _:
                raise given.wrong("filters", wanted)
    return CharacterOptions(
        dim=given.inner("embedding").whole("dim", 1, WIDEST),
        filters=tuple((width, number) for width, number in pairs),
        n_highway=given.whole("n_highway", 0, MOST_LAYERS, default=0),
        activation=activation,
        longest=longest,
    )


class _Options:
    """A JSON object whose values are checked as they are read."""

    def __init__(self, path: str | PathLike[str], content: Any, name: str = "") -> None:
        self._path, self._name = Path(path), name
        if not isinstance(content, Mapping):
            raise FormatError(f"{path}: {name or 'the whole'} must be a JSON object")
        self.content = content

    def inner(self, key: str) -> _Options:
        return _Options(self._path, self.content.get(key), self._full(key))

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        value = self.content.get(key, default)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(key, f"a whole number from {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        value = self.content.get(key, False)
        if type(value) is not bool:
            raise self.wrong(key, "true or false")
        return value

    def limit(self, key: str) -> float | None:
        value = self.content.get(key)
        if value is None:
            return None
        if type(value) not in (int, float) or not 0 < value <= WIDEST:
            raise self.wrong(key, f"null or a number above 0, up to {WIDEST}")
        return float(value)

    def wrong(self, key: str, wanted: str) -> FormatError:
        """Return the error for a value, which is shown in short."""
        shown = repr(self.content[key]) if key in self.content else "missing"
        return FormatError(f"{self._path}: {self._full(key)} must be {wanted}, but is {shown[:80]}")

    def _full(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key
