"""A hidden row against output rows: all that CBOW does with a window's targets.

One row gives each pass so little to do that to store the scores and load them again
would take as long as either: they stay in a register while steps are made of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array, kernel
from fastvec.kernels.logistic import Steps, carry
from fastvec.kernels.rows import Rows
from fastvec.kernels.simd import INT, LANES, Loop, call_apart, list_length, pointers, row_length
from fastvec.kernels.strips import for_strips
from fastvec.kernels.tiles import Tile

BLOCK = LANES  # Targets: as many scores as fill a vector.
MOVE = 2  # The row of the scratch matrix that adds up a hidden row's own move; 0 and 1 are hidden.


def _emit_find(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    dtype = signature.args[0].dtype

    def emit(
        builder: Any, own: Any, outputs: Any, targets: Any, signs: Any, steps: Any, lanes: Any,
        loss: Any, count: Any, rate: Any, length: Any,
    ) -> None:  # fmt: skip
        logistic = Steps(context, builder, dtype, rate, loss)
        places = logistic.span(lanes, INT(0), 2)
        loop = Loop(builder, count, BLOCK, [logistic.load(place) for place in places])
        numbers = builder.gep(targets, [loop.position])
        tile = Tile(context, builder, dtype, [own], outputs, numbers, BLOCK, length)
        scores = tile.totals(tile.products())
        turns = logistic.load_signs(builder.gep(signs, [loop.position]))
        found, linear, factor = logistic.learn(scores, turns)
        logistic.store(found, logistic.at(steps, loop.position))
        losses = logistic.book_large(
            builder.fadd(loop.carried[0], linear), builder.fmul(loop.carried[1], factor)
        )
        loop.close(losses)
        for value, place in zip(losses, places, strict=True):
            logistic.store(value, place)

    hidden, *others = pointers(context, builder, signature, args, 0, 2, 3, 4, 6, 7, 8)
    length = row_length(context, builder, signature.args[0], args[0])
    own = builder.gep(hidden, [builder.mul(args[1], length)])
    count = list_length(context, builder, signature.args[3], args[3])
    call_apart(builder, "find_steps", [own, *others, count, args[5], length], emit)
    return context.get_dummy_value()


def _emit_move(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    def emit(
        builder: Any, own: Any, move: Any, outputs: Any, targets: Any, steps: Any, count: Any,
        length: Any,
    ) -> None:  # fmt: skip
        rows = Rows(context, builder, signature.args[0].dtype, outputs, targets, length)

        def strip(start: Any, size: int) -> None:
            chunks = [rows.load(vector) for vector in rows.span(own, start, size)]
            loop = Loop(builder, count, 1, [rows.zero] * size)
            target = rows.span(rows.named(loop.position), start, size)
            step = rows.splat(builder.load(builder.gep(steps, [loop.position])))
            moves = []
            for vector, chunk, moved in zip(target, chunks, loop.carried, strict=True):
                before = rows.load(vector)
                moves.append(rows.multiply_add(step, before, moved))
                rows.store(rows.multiply_add(step, chunk, before), vector)
            loop.close(moves)
            for moved, vector in zip(moves, rows.span(move, start, size), strict=True):
                rows.store(moved, vector)

        for_strips(builder, length, strip)

    hidden, *others = pointers(context, builder, signature, args, 0, 2, 3, 5)
    length = row_length(context, builder, signature.args[0], args[0])
    own, move = (builder.gep(hidden, [builder.mul(row, length)]) for row in (args[1], INT(MOVE)))
    call_apart(builder, "move_targets", [own, move, *others, args[4], length], emit)
    return context.get_dummy_value()


@intrinsic
def _find_steps(_, hidden, row, outputs, targets, signs, rate, steps, lanes, loss):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    kinds = (hidden, types.intp, outputs, targets, signs, hidden.dtype, steps, lanes, loss)
    return types.void(*kinds), _emit_find


@intrinsic
def _move_targets(_, hidden, row, outputs, targets, count, steps):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    kinds = (hidden, types.intp, outputs, targets, types.intp, steps)
    return types.void(*kinds), _emit_move


def _find_steps_plain(
    hidden: Array,
    row: int,
    outputs: Array,
    targets: Array,
    signs: Array,
    rate: float,
    steps: Array,
    lanes: Array,
    loss: Array,
) -> None:
    sign = signs[: len(targets)]
    z = sign * (outputs[targets] @ hidden[row])
    e = np.exp(-abs(z))
    steps[: len(z)] = rate * sign * np.where(z > 0, e, 1) / (1 + e)
    loss[0] += np.where(sign == 0, 0, np.where(z >= 0, 0, -z) + np.log(1 + e)).sum()


def _move_targets_plain(
    hidden: Array, row: int, outputs: Array, targets: Array, count: int, steps: Array
) -> None:
    hidden[MOVE] = 0
    for step, target in zip(steps[:count], targets[:count], strict=True):
        hidden[MOVE] += step * outputs[target]
        outputs[target] += step * hidden[row]


# find_steps: the steps with which hidden row `row` and the output rows that `targets`, a multiple
# of eight, names will move each other. They are those of the logistic loss, see
# `logistic.logistic_steps` on signs; each lane adds up a part of it, see `book`. move_targets: move
# the output rows of the first `count` targets, at least one, and write the hidden row's own move.
find_steps: Any = _find_steps_plain if JIT_DISABLED else _find_steps
move_targets: Any = _move_targets_plain if JIT_DISABLED else _move_targets


@kernel
def book(lanes: Array, loss: Array) -> None:
    """Add the lanes' losses to that of `logistic.logistic_steps`, and start them anew.

    Each has a sum and, as the loss has, a product: of factors below 2, one for each block.
    """
    for lane in range(lanes.shape[1]):
        loss[0] += lanes[0, lane]
        loss[1] *= lanes[1, lane]
        carry(loss)
    lanes[0] = 0
    lanes[1] = 1
