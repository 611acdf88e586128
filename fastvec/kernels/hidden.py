"""A hidden row against six output rows: all that CBOW does with a block of targets.

One row gives each pass so little to do that to store the scores and load them again
would take as long as either: they stay in a register while steps are made of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array
from fastvec.kernels.logistic import Steps, logistic_section
from fastvec.kernels.simd import INT, LANES, Loop, data
from fastvec.kernels.tiles import TARGETS, Tile

HIDDEN, MOVE = 0, 1  # Rows of the scratch matrix: what meets the targets, and its own move.


def _emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    hidden, outputs, targets, block, signs, rate, loss = args
    kinds = signature.args
    tile = Tile(
        context, builder, kinds[:3], hidden, (INT(HIDDEN), INT(MOVE)), outputs, targets, block
    )
    logistic = Steps(context, builder, kinds[0].dtype, rate, data(context, builder, kinds[6], loss))
    spare = [tile.zero] * (LANES - TARGETS)
    scores = tile.totals([*tile.products(tile.rows[:1]), *spare])
    first = builder.mul(block, INT(TARGETS))
    own = logistic.load(logistic.at(data(context, builder, kinds[4], signs), first))
    live = [lane if lane < TARGETS else LANES for lane in range(LANES)]
    steps, *losses = logistic.learn(scores, logistic.shuffle(own, logistic.zero, live))
    logistic.book(*losses)
    _emit_moves(tile, [tile.shuffle(steps, steps, [t] * LANES) for t in range(TARGETS)], block)
    return context.get_dummy_value()


def _emit_moves(tile: Tile, steps: list[Any], block: Any) -> None:
    begun = tile.builder.icmp_signed("!=", block, INT(0))
    loop = Loop(tile.builder, tile.length, LANES)
    source, moved = (tile.at(row, loop.position) for row in tile.rows)
    hidden = tile.load(source)
    move = tile.builder.select(begun, tile.load(moved), tile.zero)
    for step, target in zip(steps, tile.targets, strict=True):
        chunk = tile.at(target, loop.position)
        before = tile.load(chunk)
        move = tile.multiply_add(step, before, move)
        tile.store(tile.multiply_add(step, hidden, before), chunk)
    tile.store(move, moved)
    loop.close()


@intrinsic
def _train_block(_, hidden, outputs, targets, block, signs, rate, loss):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    kinds = (hidden, outputs, targets, types.intp, signs, hidden.dtype, loss)
    return types.void(*kinds), _emit


def _train_block_plain(
    hidden: Array,
    outputs: Array,
    targets: Array,
    block: int,
    signs: Array,
    rate: float,
    loss: Array,
) -> None:
    first = block * TARGETS
    own = targets[first : first + TARGETS]
    steps = np.zeros(LANES, hidden.dtype)
    steps[:TARGETS] = outputs[own] @ hidden[HIDDEN]
    logistic_section(steps, 0, TARGETS, signs, first, rate, loss)
    if block == 0:
        hidden[MOVE] = 0
    for step, target in zip(steps, own, strict=False):
        hidden[MOVE] += step * outputs[target]
        outputs[target] += step * hidden[HIDDEN]


# Move the six output rows that a block of targets names by the hidden row, with the steps of
# the logistic loss; see `logistic.logistic_steps`, whose rules for signs and loss hold. The
# move row holds the hidden row's own move so far, which block 0 begins.
train_block: Any = _train_block_plain if JIT_DISABLED else _train_block
