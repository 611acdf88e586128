"""What `fit` needs before and while a word model is trained: a corpus, a beginning, checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastvec.encoding.workspace import Workspace
from fastvec.kernels import cbow, hierarchical, skipgram
from fastvec.kernels.batches import gather_batch
from fastvec.kernels.blocks import merge_rows
from fastvec.kernels.jit import compiled_before
from fastvec.models.configs import CBOWConfig, WordConfig
from fastvec.models.loading import load, load_model
from fastvec.models.word2vec.beginnings import Beginning, fresh, from_vectors, resumed
from fastvec.models.word2vec.stopped import Stopped
from fastvec.progress import Callback, Progress
from fastvec.vectors.word_vectors import WordVectors

KERNELS = {
    (False, "ns"): skipgram.train_windows,
    (False, "hs"): hierarchical.train_windows_hierarchical,
    (True, "ns"): cbow.train_cbow,
    (True, "hs"): cbow.train_cbow_hierarchical,
}


def begin(
    workspace: Workspace, config: WordConfig, init: Any, stopped: Stopped | None
) -> Beginning:
    """Begin where a training was stopped, at given vectors, or at random ones.

    Parameters
    ----------
    workspace : Workspace
    config : WordConfig
    init : WordVectors, WordModel, path, or None
    stopped : Stopped or None
    """
    if stopped is not None:
        return resumed(workspace, config, stopped)
    if init is None:
        return fresh(workspace, config)
    if isinstance(init, (str, Path)):
        init = load_model(init) if Path(init).is_dir() else load(init)
    if isinstance(init, WordVectors):
        return from_vectors(workspace, config, init)
    # Inner nodes mean something in their own tree only.
    comparable = "hs" not in (init.config.loss, config.loss)
    return from_vectors(
        workspace, config, init.vectors, init.context_vectors if comparable else None
    )


def announce(beginning: Beginning, config: WordConfig, callback: Callback) -> None:
    """Say what the user should know: where it begins, and that compiling will take seconds."""
    if beginning.note:
        callback(Progress(stage="starting", done=0, total=0, note=beginning.note))
    needed = KERNELS.get((isinstance(config, CBOWConfig), config.loss), gather_batch)
    if not compiled_before(needed, *([] if config.racing else [merge_rows])):
        callback(Progress(stage="compiling", done=0, total=0))
