"""Word Mover's distance: the least work that turns one text's words into another's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ResourceError
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.terms import Oov

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


def movers_distance(
    vectors: WordVectors,
    a: Sequence[str],
    b: Sequence[str],
    *,
    normalize: bool = True,
    restrict: int | None = None,
    oov: Oov = "error",
) -> float:
    """Return the Word Mover's distance of two texts, exactly, by linear programming.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    a, b : sequence of str
        Tokens; each weighs as much as it is frequent.
    normalize : bool, default True
        Scale vectors to length 1 before Euclidean distances are taken.
    restrict, oov
        As in `mean_vector`.

    Returns
    -------
    float
        0 for equal texts and for two without words; infinite if only one has words.

    References
    ----------
    .. [1] Kusner et al., "From Word Embeddings To Document Distances", ICML 2015.
    """
    lookup = Lookup(vectors, oov, restrict)
    rows_a, weights_a = _bag(lookup.known(a, normalize=normalize))
    rows_b, weights_b = _bag(lookup.known(b, normalize=normalize))
    if not len(rows_a) or not len(rows_b):
        return 0.0 if len(rows_a) == len(rows_b) else float("inf")
    from scipy.spatial.distance import cdist

    return _least_cost(cdist(rows_a, rows_b), weights_a, weights_b)


def _bag(
    known: list[tuple[str, NDArray[np.float64]]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the vectors of a text's distinct words, and their shares of it."""
    counts = Counter(word for word, _ in known)
    rows = np.array(list(dict(known).values()))
    return rows, np.array(list(counts.values())) / max(1, len(known))


def _least_cost(
    costs: NDArray[np.float64], supply: NDArray[np.float64], demand: NDArray[np.float64]
) -> float:
    """Solve the transport problem of costs of shape (n, m)."""
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, kron, vstack

    n, m = costs.shape
    sums = vstack(
        [kron(eye_array(n), np.ones((1, m))), kron(np.ones((1, n)), eye_array(m))], format="csr"
    )
    # The last sum follows from the others; rounding could make it contradict them.
    shares = np.concatenate([supply, demand])[:-1]
    answer = linprog(costs.ravel(), A_eq=sums[:-1], b_eq=shares, method="highs")
    if answer.status != 0:
        raise ResourceError(f"the Word Mover's distance was not found: {answer.message}")
    return max(0.0, float(answer.fun))
