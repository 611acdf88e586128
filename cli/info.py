"""``fastvec info``: versions, threads and the state of the compiler, or what a model is."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from fastvec.errors import ResourceError

from .options import examples, json_option
from .output import print_json, print_table

PACKAGES = ("numba", "llvmlite", "numpy", "scipy", "click", "safetensors", "jieba", "gensim")


@click.command(epilog=examples("fastvec info", "fastvec info skipgram.fastvec"))
@click.argument("model", required=False, type=click.Path(exists=True))
@json_option
def info(model: str | None, as_json: bool) -> None:
    """Print versions and cores, or what a model is.

    Without MODEL also the state of the compiler, for reports of faults; MODEL may be a model
    folder or a file of vectors.
    """
    facts = _model_facts(model) if model else _machine_facts()
    if as_json:
        print_json(facts)
    else:
        print_table([(name, _text(value)) for name, value in facts.items()], "<<")


def _text(value: Any) -> str:
    """Write settings one after another, and numbers with a few digits."""
    if isinstance(value, dict):
        return ", ".join(f"{name}={_text(entry)}" for name, entry in value.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _machine_facts() -> dict[str, Any]:
    import fastvec
    from fastvec.workers import usable_cores

    return {
        "fastvec": fastvec.__version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "system": platform.platform(),
        "usable cores": usable_cores(),
        "compiler": _compiler(),
        "compiled code kept in": _cache(),
        "threads": "compiled loops on Python threads (no threading layer)",
        **{name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _compiler() -> str:
    """Say whether training will be fast, and why not."""
    try:
        from fastvec.kernels.jit import JIT_DISABLED
    except ResourceError as error:
        return str(error)
    if JIT_DISABLED:
        return "switched off by NUMBA_DISABLE_JIT: training is hundreds of times slower"
    return "Numba"


def _cache() -> str:
    """Say where compiled code stays from run to run."""
    try:
        from fastvec.kernels.jit import cache_folder
        from fastvec.kernels.skipgram import train_windows
    except ResourceError:
        return "nowhere"
    return (
        cache_folder(train_windows) or "nowhere: no folder can be written, each run compiles anew"
    )


def _model_facts(path: str) -> dict[str, Any]:
    """Return what a model folder, or a file of vectors, says of itself."""
    if not os.path.isdir(path):
        from .query import load

        vectors = load(path)
        return {"file": path, "words": len(vectors), "dim": vectors.dim}
    from fastvec.models.folder import open_folder

    stored = open_folder(path)
    shapes = {name: "x".join(map(str, tensor.shape)) for name, tensor in stored.tensors.items()}
    last = stored.history[-1] if stored.history else {}
    return {
        "model": stored.kind,
        "rows": len(stored.vocabulary),
        "special rows": ", ".join(stored.vocabulary.specials) or "none",
        "tensors": shapes,
        "settings": stored.settings,
        **_source_facts(stored.source),
        "epochs done": len(stored.history),
        "last epoch": last,
    }


def _source_facts(source: dict[str, Any]) -> dict[str, Any]:
    """Return what a model was trained on, fact by fact."""
    if "source" not in source:  # Not a workspace: a tagger's texts.
        return {"trained on": source} if source else {}
    text = dict(source["source"])
    files = [file["path"] for file in text.pop("files", [])]
    return {
        "trained on": files[0] if len(files) == 1 else files or text["kind"],
        "read with": {name: value for name, value in text.items() if name != "kind"},
        "words": source["words"],
        "sentences": source["sentences"],
        "sha256": source["sha256"],
    }
