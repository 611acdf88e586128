"""ELMo models from and to bilm-tf's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, ParameterError, ResourceError
from fastvec.models.elmo import bilm_files
from fastvec.models.elmo.bilm_options import BilmOptions
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.network import ELMoNetwork
from fastvec.models.elmo.shapes import ENCODER, TOKENS, VECTORS, bilm_options
from fastvec.models.elmo.tensors import restore, stored_tensors
from fastvec.vectors.replacing import replacing
from fastvec.vocabulary.words import BOS, EOS, UNK, Vocabulary

if TYPE_CHECKING:
    from fastvec.models.elmo.estimator import ELMo

VOCABULARY = "vocabulary.txt"
THEIRS = {BOS: "<S>", EOS: "</S>", UNK: "<UNK>"}  # As bilm-tf spells them.
OURS = {theirs: ours for ours, theirs in THEIRS.items()}

Arrays = dict[str, NDArray[Any]]


def read_bilm(
    options: str | PathLike[str],
    weights: str | PathLike[str],
    vocabulary: str | PathLike[str] | Sequence[str] | None,
) -> tuple[ELMoConfig, Vocabulary, Arrays]:
    """Return settings, words and tensors of a model in bilm-tf's files.

    Raises
    ------
    FormatError
        If a file is damaged, or words are missing that the weights are for.
    """
    found = bilm_files.read_bilm(options, weights)
    config = _config(found.options)
    words = _words(vocabulary)
    table = found.token.get("embedding")
    if table is not None and (vocabulary is None or len(words) != len(table)):
        given = "none are given" if vocabulary is None else f"there are {len(words)}"
        raise FormatError(
            f"{weights}: its token layer is a table of {len(table)} words, which the file does not "
            f"name, and {given}; give the vocabulary file that it was trained with"
        )
    network = ELMoNetwork(config, words)
    arrays = {TOKENS + name: array for name, array in found.token.items()}
    arrays |= {ENCODER + name: array for name, array in found.lstm.items()}
    if table is not None:
        arrays[VECTORS] = table
    restore(network.parameters, arrays)
    return config, words, stored_tensors(network, network.parameters, words.words)


def write_bilm(folder: str | PathLike[str], elmo: ELMo, *, overwrite: bool) -> list[str]:
    """Write a model's files; return what other readers would refuse.

    Raises
    ------
    ResourceError
        If a file is there already and `overwrite` is False, or the disk is full.
    """
    folder = Path(folder)
    names = (bilm_files.OPTIONS, bilm_files.WEIGHTS, VOCABULARY)
    there = [name for name in names if (folder / name).exists()]
    if there and not overwrite:
        raise ResourceError(f"{folder / there[0]}: exists; choose another folder, or overwrite it")
    parameters = elmo.network.parameters
    notes = bilm_files.write_bilm(
        folder, bilm_options(elmo.config), _part(parameters, TOKENS), _part(parameters, ENCODER)
    )
    specials = elmo.vocabulary.specials
    words = [THEIRS[w] if w in specials and w in THEIRS else w for w in elmo.vocabulary.words]
    with replacing(folder / VOCABULARY) as temporary:
        text = "".join(f"{word}\n" for word in words)
        temporary.write_bytes(text.encode("utf-8", "surrogateescape"))
    return notes


def _part(parameters: Mapping[str, NDArray[Any]], prefix: str) -> Arrays:
    return {
        name.removeprefix(prefix): array
        for name, array in parameters.items()
        if name.startswith(prefix)
    }


def _config(options: BilmOptions) -> ELMoConfig:
    """Return the settings of a model of these sizes; `bilm_options` is the way back."""
    settings: dict[str, Any] = {
        "dim": options.projection,
        "cells": options.cells,
        "layers": options.layers,
        "skip_connections": options.skip_connections,
        "cell_clip": options.cell_clip,
        "proj_clip": options.proj_clip,
    }
    characters = options.characters
    if characters is not None:
        settings |= {
            "input": "characters",
            "char_dim": characters.dim,
            "filters": " ".join(f"{width}x{number}" for width, number in characters.filters),
            "highway": characters.n_highway,
            "activation": characters.activation,
            "max_characters": characters.longest,
        }
    try:
        return ELMoConfig(**settings)
    except ParameterError as error:
        raise FormatError(f"the options are beyond what fastvec has: {error}") from error


def _words(vocabulary: str | PathLike[str] | Sequence[str] | None) -> Vocabulary:
    """Return the words of a file, or list, of one a line; bilm-tf's marks become ours.

    Without a vocabulary there are the marks alone, as a model that reads characters
    needs no words.
    """
    marks = (UNK, BOS, EOS)
    if vocabulary is None:
        words = list(marks)
    elif isinstance(vocabulary, (str, PathLike)):
        text = Path(vocabulary).read_bytes().decode("utf-8", "surrogateescape")
        words = text.removesuffix("\n").split("\n")
    else:
        words = list(vocabulary)
    named = [OURS.get(word, word) for word in words]
    missing = [THEIRS[mark] for mark in marks if mark not in named]
    if missing:
        raise FormatError(f"the vocabulary lacks {', '.join(missing)}, so it is not bilm-tf's")
    return Vocabulary(named, np.zeros(len(named), np.int64), marks)
