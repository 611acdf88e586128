"""One `load` for vectors, whatever holds them, and one for whole models."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from fastvec.errors import FormatError, ParameterError
from fastvec.vectors.word_vectors import WordVectors


def load(path: str | PathLike[str]) -> WordVectors:
    """Load vectors from a model folder or a file of any known format.

    Parameters
    ----------
    path : path
        Its content decides, not its name.

    Returns
    -------
    WordVectors
        Memory-mapped from a model folder; ``report`` lists repairs of a file.

    Raises
    ------
    FormatError
        If it is none of the known formats, or damaged.
    """
    if Path(path).is_dir():
        from fastvec.models.folder import open_folder

        stored = open_folder(path)
        vocabulary = stored.vocabulary
        return WordVectors(
            vocabulary.words, stored.tensors["vectors"], vocabulary.counts, vocabulary.specials
        )
    from fastvec.vectors.formats import load as load_file

    return load_file(path)


def load_model(folder: str | PathLike[str]) -> Any:
    """Load a model folder as the estimator that wrote it.

    Raises
    ------
    FormatError
        If it is no model folder, is damaged or of a model that this version has not.
    """
    from fastvec.models.folder import open_folder
    from fastvec.models.word2vec import ESTIMATORS

    stored = open_folder(folder)
    if stored.kind not in list(ESTIMATORS):
        raise FormatError(f"{folder}: holds a model {stored.kind!r}, unknown to this version")
    try:
        return ESTIMATORS[stored.kind].from_folder(stored)
    except (ParameterError, KeyError, TypeError) as error:
        raise FormatError(f"{folder}: holds a damaged {stored.kind} model ({error})") from error
