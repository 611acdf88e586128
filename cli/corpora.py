"""Find, check or build the workspace that a command needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastvec.errors import CorpusError
from fastvec.progress import Callback, Progress

from .output import duration, warn

if TYPE_CHECKING:
    from fastvec import Corpus, Workspace


UNCOMPILED_BYTES = 300_000  # Text that pure Python encodes in a second.
BYTES_A_WORD = 6


def open_corpus(corpus: tuple[str, ...], reading: dict[str, Any]) -> Corpus:
    """Return the corpus that the user named."""
    from fastvec import Corpus

    return Corpus(*corpus, **reading)


def warn_uncompiled(seconds: float | None) -> None:
    """Warn, with the time that it will cost if that is known, when Numba may not compile."""
    from fastvec.kernels.jit import JIT_DISABLED

    if JIT_DISABLED:
        about = "" if seconds is None else f", about {duration(seconds)} here"
        warn(
            "NUMBA_DISABLE_JIT is set, so nothing is compiled and all takes hundreds of times "
            f"longer{about}; unset it"
        )


def training_words(text: Corpus | None, folder: Path) -> float | None:
    """Return about how many words a training will see; None if that is unknown."""
    if text is None:
        from fastvec import Workspace

        return Workspace(folder).words
    return text.total_bytes / BYTES_A_WORD if text.total_bytes is not None else None


def build(corpus: Corpus, folder: Path, callback: Callback, **options: Any) -> Workspace:
    """Encode a corpus and pass on advice about its tokens."""
    from fastvec.encoding.build import build_workspace
    from fastvec.kernels.jit import compiled_before
    from fastvec.kernels.tokens import encode_block, merge_words

    if not compiled_before(encode_block, merge_words):
        callback(Progress(stage="compiling", done=0, total=0))
    workspace = build_workspace(corpus, folder, callback=callback, **options)
    advise(workspace)
    return workspace


def advise(workspace: Workspace) -> None:
    """Warn of tokens that look wrong."""
    from fastvec.text.advice import bad_bytes_advice, space_advice, tokenizer_advice

    vocabulary, source = workspace.vocabulary, workspace.manifest["source"]
    warn(bad_bytes_advice(vocabulary.words, vocabulary.counts))
    if source["tokenizer"] == "whitespace":
        warn(tokenizer_advice(vocabulary.words, vocabulary.counts))
    if source["whitespace"] == "ascii":
        warn(space_advice(vocabulary.words, vocabulary.counts))


def is_current(workspace: Workspace, corpus: Corpus) -> str | None:
    """Say how the workspace's text differs from a corpus; None if it is the same."""
    from fastvec.encoding.build import content_hash

    source = corpus.identity()
    difference = workspace.difference(source)
    if difference is None or "has changed" not in difference:
        return difference
    sizes = [
        [file["size"] for file in of["files"]] for of in (source, workspace.manifest["source"])
    ]
    if sizes[0] != sizes[1]:
        return difference
    return workspace.difference(source, content_hash(corpus))


def obtain(
    text: Corpus | None, folder: Path, *, rebuild: bool, threads: int | None, callback: Callback
) -> Workspace:
    """Return the workspace for training: of a given text, or the one that is there."""
    from fastvec.encoding.workspace import MANIFEST, Workspace

    there = (folder / MANIFEST).exists()
    if text is None:
        return _recorded(Workspace(folder), folder, rebuild=rebuild, threads=threads,
                         callback=callback)  # fmt: skip
    if there and not rebuild:
        workspace = Workspace(folder)
        difference = is_current(workspace, text)
        if difference is None:
            return workspace
        raise CorpusError(
            f"{folder}: the workspace there is of other text ({difference}); replace it with "
            "--rebuild, or name another folder with -w"
        )
    return build(text, folder, callback, threads=threads)


def _recorded(
    workspace: Workspace, folder: Path, *, rebuild: bool, threads: int | None, callback: Callback
) -> Workspace:
    """Return a workspace whose recorded text is unchanged, built again if told to."""
    changed = workspace.changed_source()
    if changed is None:
        return workspace
    source = workspace.manifest["source"]
    reading = {name: source[name] for name in ("tokenizer", "whitespace", "lowercase")}
    text = open_corpus(tuple(file["path"] for file in source["files"]), reading)
    if is_current(workspace, text) is None:
        return workspace
    if not rebuild:
        raise CorpusError(
            f"{folder}: the workspace is older than its corpus ({changed} has changed); "
            "encode it again with --rebuild"
        )
    return build(text, folder, callback, threads=threads, defaults=workspace.defaults)
