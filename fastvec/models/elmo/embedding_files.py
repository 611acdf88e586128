"""Files of sentences' vectors, written one sentence at a time: HDF5 and npz.

Sentence i is the dataset, or array, named ``"i"``, from ``"0"``, as bilm-tf writes them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError, ResourceError
from fastvec.vectors.replacing import replacing

ENDINGS = (".h5", ".hdf5", ".npz")


def check_ending(path: str | PathLike[str]) -> str:
    """Return the ending of a file of vectors.

    Raises
    ------
    ParameterError
        If it is none of those that can be written.
    """
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise ParameterError(f"output must end in .h5, .hdf5 or .npz, but is {str(path)!r}")
    return ending


def write_embeddings(
    path: str | PathLike[str], sentences: Iterable[NDArray[np.float32]]
) -> tuple[int, int]:
    """Write vectors as they come, the whole file or none.

    Returns
    -------
    sentences, words : int
        How many were written.

    Raises
    ------
    ParameterError
        If the ending of the name is not that of a known format.
    ResourceError
        If the disk is full or the folder cannot be written, or h5py is missing.
    """
    write = _write_npz if check_ending(path) == ".npz" else _write_hdf5
    number = words = 0

    def counted() -> Iterator[tuple[str, NDArray[np.float32]]]:
        nonlocal number, words
        for vectors in sentences:
            yield str(number), vectors
            number, words = number + 1, words + vectors.shape[-2]

    with replacing(path) as temporary:
        write(temporary, counted())
    return number, words


def _write_hdf5(path: Path, arrays: Iterable[tuple[str, NDArray[np.float32]]]) -> None:
    h5py = import_h5py()
    with h5py.File(path, "w") as file:
        for name, array in arrays:
            file.create_dataset(name, data=array)


def _write_npz(path: Path, arrays: Iterable[tuple[str, NDArray[np.float32]]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, array in arrays:
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


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
