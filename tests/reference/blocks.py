"""Private blocks and their merging, with dictionaries and whole copies."""

from __future__ import annotations


def numbered(ids, places: dict[int, int]) -> list[int]:
    """Replace ids by places in the order of first appearance, and add new ones to `places`."""
    return [places.setdefault(int(row), len(places)) for row in ids]


def covered(uses: float, strength: float) -> float:
    """How far so many small steps carry a row towards where it is pulled, in steps."""
    return uses / (1 + strength * uses)


def merge(matrix, copies, uses, strength: float, frozen=()) -> None:
    """Add the blocks' moves, damped where several of them moved one row.

    Parameters
    ----------
    copies : list of ndarray
        The whole matrix as each block has left it.
    uses : list of dict
        How often each block moved each row.
    """
    for row in set().union(*uses) - set(frozen):
        movers = [block for block, own in enumerate(uses) if row in own]
        move = sum(copies[block][row] - matrix[row] for block in movers)
        apart = sum(covered(uses[block][row], strength) for block in movers)
        together = covered(sum(uses[block][row] for block in movers), strength)
        matrix[row] += together / apart * move


def train_round(weights, blocks, strength: float, frozen=()) -> list[float]:
    """Train blocks apart from the same old matrices, merge them, and return their losses.

    A block is a function that trains a pair of matrices and returns its loss,
    with the uses of the rows of each.
    """
    private = [[matrix.copy() for matrix in weights] for _ in blocks]
    losses = [train(*own) for (train, _), own in zip(blocks, private, strict=True)]
    for side, matrix in enumerate(weights):
        uses = [own[side] for _, own in blocks]
        copies = [own[side] for own in private]
        merge(matrix, copies, uses, strength, frozen if side == 0 else ())
    return losses
