"""A hidden row against six output rows: all that CBOW does with a block of targets.

One row gives each pass so little to do that to store the scores and load them again
would take as long as either: they stay in a register while steps are made of them.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array
from fastvec.kernels.logistic import Steps, logistic_section
from fastvec.kernels.simd import INT, LANES, ROW_LANES, Loop, data
from fastvec.kernels.tiles import TARGETS, Tile

MOVE = 2  # The row of the scratch matrix that adds up a hidden row's own move; 0 and 1 are hidden.


def _emit_steps(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    hidden, row, outputs, targets, block, signs, rate, steps, loss = args
    kinds = signature.args
    tile = Tile(
        context, builder, [kinds[0], kinds[2], kinds[3]], hidden, (row,), outputs, targets, block
    )
    logistic = Steps(context, builder, kinds[0].dtype, rate, data(context, builder, kinds[8], loss))
    spare = [tile.zero] * (LANES - TARGETS)
    scores = tile.totals([*tile.products(tile.rows), *spare])
    first = builder.mul(block, INT(TARGETS))
    own = logistic.load(logistic.at(data(context, builder, kinds[5], signs), first))
    live = [lane if lane < TARGETS else LANES for lane in range(LANES)]
    found, *losses = logistic.learn(scores, logistic.shuffle(own, logistic.zero, live))
    steps = data(context, builder, kinds[7], steps)
    logistic.store(found, logistic.at(steps, builder.mul(block, INT(LANES))))
    logistic.book(*losses)
    return context.get_dummy_value()


def _emit_update(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    hidden, row, outputs, targets, block, steps = args
    kinds = signature.args
    tile = Tile(
        context, builder, [kinds[0], kinds[2], kinds[3]], hidden, (row, INT(MOVE)), outputs,
        targets, block,
    )  # fmt: skip
    steps = data(context, builder, kinds[5], steps)
    first = builder.mul(block, INT(LANES))
    numbers = [
        tile.splat(builder.load(builder.gep(steps, [builder.add(first, INT(t))])))
        for t in range(TARGETS)
    ]
    begun = builder.icmp_signed("!=", block, INT(0))
    loop = Loop(builder, tile.length, ROW_LANES)
    source, moved = (tile.at(row, loop.position) for row in tile.rows)
    chunk_of_hidden = tile.load(source)
    move = builder.select(begun, tile.load(moved), tile.zero)
    for step, target in zip(numbers, tile.targets, strict=True):
        chunk = tile.at(target, loop.position)
        before = tile.load(chunk)
        move = tile.multiply_add(step, before, move)
        tile.store(tile.multiply_add(step, chunk_of_hidden, before), chunk)
    tile.store(move, moved)
    loop.close()
    return context.get_dummy_value()


@intrinsic
def _block_steps(_, hidden, row, outputs, targets, block, signs, rate, steps, loss):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    kinds = (hidden, types.intp, outputs, targets, types.intp, signs, hidden.dtype, steps, loss)
    return types.void(*kinds), _emit_steps


@intrinsic
def _block_update(_, hidden, row, outputs, targets, block, steps):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    kinds = (hidden, types.intp, outputs, targets, types.intp, steps)
    return types.void(*kinds), _emit_update


def _block_steps_plain(
    hidden: Array,
    row: int,
    outputs: Array,
    targets: Array,
    block: int,
    signs: Array,
    rate: float,
    steps: Array,
    loss: Array,
) -> None:
    first = block * TARGETS
    own = steps[block * LANES : (block + 1) * LANES]
    own[:TARGETS] = outputs[targets[first : first + TARGETS]] @ hidden[row]
    logistic_section(own, 0, TARGETS, signs, first, rate, loss)


def _block_update_plain(
    hidden: Array, row: int, outputs: Array, targets: Array, block: int, steps: Array
) -> None:
    if block == 0:
        hidden[MOVE] = 0
    own = targets[block * TARGETS : (block + 1) * TARGETS]
    for step, target in zip(steps[block * LANES :], own, strict=False):
        hidden[MOVE] += step * outputs[target]
        outputs[target] += step * hidden[row]


# block_steps: the steps, eight numbers a block, with which hidden row `row` and the six output
# rows that a block of targets names will move each other. They are those of the logistic
# loss; see `logistic.logistic_steps`, whose rules for signs and loss hold. block_update: move
# the output rows; the move row adds up the hidden row's own move, which block 0 begins.
block_steps: Any = _block_steps_plain if JIT_DISABLED else _block_steps
block_update: Any = _block_update_plain if JIT_DISABLED else _block_update
