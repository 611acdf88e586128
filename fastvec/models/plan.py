"""What a job will need, before it starts: memory, disk and time."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastvec.errors import ResourceError
from fastvec.models.configs import CBOWConfig, WordConfig
from fastvec.models.matrices import padded_dim
from fastvec.models.schedule import BLOCKS, RUN_LENGTH, most_tokens, room_for_copies
from fastvec.workers import resolve_threads

POOL = 256  # Noise words of a block.
BASE_MEMORY = 160_000_000  # Python, NumPy and compiled code.
BYTES_A_WORD = 200  # A word in Python: text, dictionary entry, count.
# Arithmetic that a core of a laptop gets through while training, memory included.
FLOPS_A_CORE = 2.0e10
UNCOMPILED = 300  # Times as long, in pure Python at dim 100.


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a training run will take.

    Attributes
    ----------
    memory : mapping of str to int
        Bytes by purpose.
    disk : mapping of str to int
        Bytes by purpose, workspace and model.
    seconds : float
        Rough: half or double is possible.
    """

    memory: Mapping[str, int]
    disk: Mapping[str, int]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return all figures by name, with totals."""
        return {
            "memory": dict(self.memory),
            "memory_total": sum(self.memory.values()),
            "disk": dict(self.disk),
            "disk_total": sum(self.disk.values()),
            "seconds": self.seconds,
        }


def word_plan(rows: int, config: WordConfig, words: int = 0, distinct: int | None = None) -> Plan:
    """Plan a run of skip-gram or CBOW.

    Parameters
    ----------
    rows : int
        Rows of the model, V.
    config : WordConfig
    words : int
        Words of the corpus, N.
    distinct : int or None
        Different words of the corpus; None takes `rows`.

    Returns
    -------
    Plan
    """
    distinct = rows if distinct is None else distinct
    padded = padded_dim(config.dim)
    threads = resolve_threads(config.threads)
    flops = 6.0 * _rows(config) * _targets(config, rows) * config.dim
    return Plan(
        memory=_some(
            {
                f"2 matrices of {rows} x {config.dim} (rows padded to {padded})": 8 * rows * padded,
                "copies of common rows": 16 * room_for_copies(config) * padded,
                "tree": _tree(config, rows, threads),
                "words": BYTES_A_WORD * distinct,
                f"{threads} threads": threads * _scratch(config, rows, words),
                "private rows": _private(config, rows, words, padded),
                "softmax": _softmax(config, rows, padded, threads),
                "program": BASE_MEMORY,
            }
        ),
        disk={
            "workspace": 4 * words + 12 * distinct,
            "model": 8 * rows * config.dim + 12 * rows,
        },
        seconds=words * config.epochs * flops / (FLOPS_A_CORE * threads),
    )


def _some(parts: dict[str, int]) -> dict[str, int]:
    """Leave out what takes nothing."""
    return {name: size for name, size in parts.items() if size}


def uncompiled_seconds(plan: Plan, threads: int | None) -> float:
    """Return about how long a plan takes where Numba is told not to compile: on one core."""
    return UNCOMPILED * resolve_threads(threads) * plan.seconds


def _contexts(config: WordConfig) -> int:
    """Return the mean number of contexts of a word."""
    if config.window_shape == "sample":
        return config.window_draws
    return config.window + 1 if config.window_shape == "shrink" else 2 * config.window


def _positions(config: WordConfig, words: int) -> int:
    """Return the most positions of a run, which may be twice as long as it should."""
    longest = 2 * most_tokens(config, words or 100 * BLOCKS * RUN_LENGTH)
    return longest * (3 if config.sentence_marks else 1)


def _tree(config: WordConfig, rows: int, threads: int) -> int:
    """Return the bytes of the paths of hierarchical softmax; threads with copies have their own."""
    if config.loss != "hs":
        return 0
    # Rare words, which are most, hang a little lower than in a balanced tree.
    entries = rows * _whole_blocks(config, math.ceil(math.log2(max(rows, 2))) + 2)
    return entries * (5 + 4 * threads * (room_for_copies(config) > 0)) + 16 * rows


def _whole_blocks(config: WordConfig, targets: int) -> int:
    """Return the targets of a window, padded to what kernels take at once."""
    block = 8 if isinstance(config, CBOWConfig) else 6
    return block * -(-targets // block)


def _scratch(config: WordConfig, rows: int, words: int) -> int:
    """Return the bytes that a thread's windows and targets, and its tables, may take."""
    positions = _positions(config, words)
    most = 2 * config.window if config.window_shape != "sample" else config.window_draws
    targets = 4 * _whole_blocks(config, 1 + config.negative)  # Bytes of int32 ids.
    windows = positions * (16 + targets + 4 * most) + 12 * rows
    return windows + (positions * most * (16 + targets) if _split(config) else 0)


def _private(config: WordConfig, rows: int, words: int, padded: int) -> int:
    """Return the bytes of the rows that the blocks of a round copy."""
    if config.racing or config.loss == "softmax":
        return 0
    positions = _positions(config, words)
    targets = (
        positions * (1 + config.negative) * _contexts(config)
        if _split(config)
        else (2 * positions + POOL)
    )
    return 4 * padded * BLOCKS * (min(positions, rows) + min(targets, rows))


def _split(config: WordConfig) -> bool:
    """Tell whether pairs have noise words of their own."""
    noisy = config.loss == "ns" and config.negative_sharing == "pair"
    return noisy and not isinstance(config, CBOWConfig)


def _softmax(config: WordConfig, rows: int, padded: int, threads: int) -> int:
    """Return the bytes of the full softmax's logits and partial gradients."""
    if config.loss != "softmax":
        return 0
    part = min(max(-(-rows // 8), 128), 1280)
    slices = -(-rows // part)
    logits = min(4 * config.batch * rows, 2**29)
    own = config.batch * padded + part * (padded + config.batch)
    return logits + 4 * (slices * config.batch * padded + threads * own)


def _rows(config: WordConfig) -> int:
    """Return the rows that meet the targets: contexts, or CBOW's hidden row with its gathering."""
    return 2 if isinstance(config, CBOWConfig) else _contexts(config)


def _targets(config: WordConfig, words: int) -> float:
    """Return the output rows of a word: noise words and itself, or the nodes above it."""
    if config.loss == "softmax":
        return words
    return math.log2(max(words, 2)) if config.loss == "hs" else 1 + config.negative


def available_memory() -> int | None:
    """Return the bytes of memory that are free to use, or None where the system won't say."""
    try:
        with open("/proc/meminfo", "rb") as lines:
            for line in lines:
                if line.startswith(b"MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def check_memory(plan: Plan) -> None:
    """Refuse a plan that does not fit.

    Raises
    ------
    ResourceError
        Naming the bytes by purpose, and the settings that lower them.
    """
    needed, there = sum(plan.memory.values()), available_memory()
    if there is None or needed <= there:
        return
    parts = "; ".join(f"{name}: {gigabytes(size)}" for name, size in plan.memory.items())
    raise ResourceError(
        f"training needs {gigabytes(needed)} of memory ({needed} bytes), but {gigabytes(there)} "
        f"are free ({parts}); use a smaller dim, or fewer words with min_count or max_size"
    )


def gigabytes(size: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
