"""bilm-tf's files: ``options.json`` and ``weights.hdf5``, from and to arrays by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, ParameterError, ResourceError
from fastvec.models.elmo.bilm_options import (
    BilmOptions,
    Tensor,
    notes,
    options_text,
    read_options,
    tensors,
)
from fastvec.vectors.replacing import replacing

OPTIONS, WEIGHTS = "options.json", "weights.hdf5"
MOST_WORDS = 1 << 31
STRETCH = 64  # A dataset may claim so many times the file's size: more is no compression.


class Bilm(NamedTuple):
    """A language model from bilm-tf's files.

    Attributes
    ----------
    options : BilmOptions
    token : dict of str to ndarray of float32
        Parameters of a `CharacterCNN`, or of a `WordEmbedding`.
    lstm : dict of str to ndarray of float32
        Parameters of a `Bidirectional`: "forward/0/kernel", …
    notes : list of str
        What other programs would refuse.
    """

    options: BilmOptions
    token: dict[str, NDArray[np.float32]]
    lstm: dict[str, NDArray[np.float32]]
    notes: list[str]


def read_bilm(options: str | PathLike[str], weights: str | PathLike[str]) -> Bilm:
    """Read a model that bilm-tf or fastvec wrote.

    Parameters
    ----------
    options, weights : path
        ``options.json`` and the HDF5 file.

    Raises
    ------
    FormatError
        Naming the option or dataset that is missing or wrong, and the shape wanted.
    ResourceError
        If h5py is not installed (``pip install 'fastvec[elmo]'``).
    """
    h5py = import_h5py()
    sizes = read_options(options)
    path = Path(weights)
    found: dict[str, dict[str, NDArray[np.float32]]] = {"token": {}, "lstm": {}}
    with _explained(path), h5py.File(path, "r") as file:
        room = STRETCH * path.stat().st_size
        wanted = [(tensor, _dataset(h5py, file, path, tensor, room)) for tensor in tensors(sizes)]
        for tensor, dataset in wanted:
            found[tensor.layer][tensor.key] = _values(path, tensor, dataset)
    return Bilm(sizes, found["token"], found["lstm"], notes(sizes))


def write_bilm(
    folder: str | PathLike[str],
    options: BilmOptions,
    token: Mapping[str, NDArray[Any]],
    lstm: Mapping[str, NDArray[Any]],
) -> list[str]:
    """Write ``options.json`` and ``weights.hdf5`` to a folder, which is made if missing.

    Parameters
    ----------
    folder : path
    options : BilmOptions
    token, lstm : mapping of str to ndarray
        As in `Bilm`.

    Returns
    -------
    list of str
        What other programs would refuse.

    Raises
    ------
    ParameterError
        If the arrays are not those of the options.
    ResourceError
        If the disk is full, or h5py is not installed (``pip install 'fastvec[elmo]'``).
    """
    h5py = import_h5py()
    arrays = _checked(options, {"token": token, "lstm": lstm})
    words = len(token["embedding"]) if options.characters is None else None
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResourceError(f"{folder}: cannot be made: {error.strerror}") from error
    with replacing(folder / WEIGHTS) as temporary, h5py.File(temporary, "w") as file:
        for dataset, array in arrays.items():
            file.create_dataset(dataset, data=array)
    with replacing(folder / OPTIONS) as temporary:
        Path(temporary).write_text(options_text(options, words), encoding="utf-8")
    return notes(options)


def import_h5py() -> Any:
    """Return h5py.

    Raises
    ------
    ResourceError
        If it is not installed.
    """
    try:
        import h5py
    except ImportError as error:
        raise ResourceError("HDF5 files need h5py: pip install 'fastvec[elmo]'") from error
    return h5py


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn whatever HDF5 makes of a damaged file into one kind of error."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, MemoryError) as error:
        reason = " ".join(str(error).split())[:200]
        raise FormatError(f"{path}: is not HDF5, or damaged: {reason}") from error


def _dataset(h5py: Any, file: Any, path: Path, tensor: Tensor, room: int) -> Any:
    """Find a dataset and check what it claims to hold, before anything of it is read."""
    place: Any = file
    for name in tensor.dataset.split("/"):
        link = place.get(name, getlink=True) if isinstance(place, h5py.Group) else None
        if not isinstance(link, h5py.HardLink):  # Others could lead to other files.
            raise FormatError(f"{path}: has no dataset {_wanted(tensor)}")
        place = place[name]
    if not isinstance(place, h5py.Dataset) or place.is_virtual or place.external:
        raise FormatError(f"{path}: has no dataset {_wanted(tensor)} of its own")
    if place.dtype.kind != "f" or not _fits(place.shape, tensor.shape):
        raise FormatError(
            f"{path}: wanted a dataset {_wanted(tensor)}, but it is of type {place.dtype} and "
            f"shape {place.shape}; do options and weights belong together?"
        )
    if place.nbytes > room:
        raise FormatError(
            f"{path}: the dataset {tensor.dataset} claims {place.nbytes} bytes, far more than the "
            "file has"
        )
    return place


def _wanted(tensor: Tensor) -> str:
    shape = str(tensor.shape).replace("None", "words")
    return f"{tensor.dataset} of floats of shape {shape}"


def _fits(shape: tuple[int, ...] | None, wanted: tuple[int | None, ...]) -> bool:
    return (
        shape is not None
        and len(shape) == len(wanted)
        and all(
            1 <= a <= MOST_WORDS if b is None else a == b
            for a, b in zip(shape, wanted, strict=True)
        )
    )


def _values(path: Path, tensor: Tensor, dataset: Any) -> NDArray[np.float32]:
    """Read a dataset in float32, without the leading 1 of bilm-tf's filters."""
    with np.errstate(over="ignore"):
        values = dataset[...].astype(np.float32)
    if not np.isfinite(values).all():
        raise FormatError(f"{path}: the dataset {tensor.dataset} holds numbers that are not finite")
    return values.reshape(values.shape[1:]) if values.ndim == 4 else values


def _checked(
    options: BilmOptions, given: Mapping[str, Mapping[str, NDArray[Any]]]
) -> dict[str, NDArray[np.float32]]:
    """Return float32 arrays by dataset, all of them and no others."""
    arrays = {}
    left = {(layer, key) for layer, named in given.items() for key in named}
    for tensor in tensors(options):
        array = given[tensor.layer].get(tensor.key)
        own = tensor.shape[1:] if len(tensor.shape) == 4 else tensor.shape
        if array is None or not _fits(array.shape, own):
            shape = "missing" if array is None else f"of shape {array.shape}"
            raise ParameterError(f"{tensor.key} must be of shape {own}, but is {shape}")
        whole = tuple(1 if a is None else a for a in tensor.shape)
        stored = array.reshape(whole) if len(whole) == 4 else array
        arrays[tensor.dataset] = np.ascontiguousarray(stored, np.float32)
        left.discard((tensor.layer, tensor.key))
    if left:
        names = ", ".join(sorted(key for _, key in left))
        raise ParameterError(f"bilm-tf's files have no room for {names} in a model of these sizes")
    return arrays
