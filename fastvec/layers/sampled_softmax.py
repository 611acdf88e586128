"""Sampled softmax: the observed word against some drawn words instead of all.

References
----------
Jean et al., "On Using Very Large Target Vocabulary for Neural Machine Translation",
ACL 2015.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.scatter import add_rows
from fastvec.kernels.softmax import sampled_softmax
from fastvec.layers.layer import Buffers
from fastvec.layers.log_uniform import LogUniformSampler
from fastvec.layers.products import Products
from fastvec.layers.word_softmax import WordSoftmax
from fastvec.workers import single_threaded_blas

ROWS = 64  # Examples that a thread takes at once.


class SampledSoftmax:
    """Training of a `WordSoftmax` on one set of sampled words a batch.

    Each logit is lowered by the logarithm of the count expected of its word. A sample
    that is a row's own word counts for nothing in that row. The loss is for training
    only: it is far below that of the full softmax. Both directions of a language model
    share a set when their rows are handed over together.

    Parameters
    ----------
    softmax : WordSoftmax
        Its words must be ordered by falling count.
    samples : int
        Different words a set, S.

    Attributes
    ----------
    rows : ndarray of int64, shape (R,)
        Words with a gradient, in rising order: the samples and the observed words.
    row_gradients : dict of str to ndarray
        Derivatives of the last batch's loss by these rows of the softmax's parameters:
        "weights" (R, P) and "bias" (R,). Overwritten by each batch.
    """

    def __init__(self, softmax: WordSoftmax, samples: int) -> None:
        self.softmax = softmax
        weights = softmax.parameters["weights"]
        self.sampler = LogUniformSampler(len(weights), samples)
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)
        self.row_gradients: dict[str, NDArray[Any]] = {}
        self._products = Products(softmax.threads)
        self._buffers = Buffers(weights.dtype)

    def loss_and_gradient(
        self, hidden: NDArray[Any], targets: NDArray[Any], rng: np.random.Generator
    ) -> tuple[float, NDArray[Any]]:
        """Compute the sampled loss and its derivatives.

        Parameters
        ----------
        hidden : ndarray, shape (N, P), of the parameters' type
        targets : ndarray of int, shape (N,)
        rng : numpy.random.Generator
            Draws the sampled words.

        Returns
        -------
        loss : float
            Sum over the rows of -log p of the observed word among the sampled, in nats.
        by_hidden : ndarray, shape (N, P)
            Derivative of the loss by ``hidden``.

        Raises
        ------
        ParameterError
            If the arrays do not fit.
        """
        hidden = self.softmax.checked(hidden, targets)
        sample = self.sampler.draw(rng)
        places = np.minimum(np.searchsorted(sample.words, targets), len(sample.words) - 1)
        hits = np.where(sample.words[places] == targets, places, -1)
        weights, sampled_bias = self._corrected(sample.words, sample.tries)
        own_weights, own_bias = self._corrected(targets, sample.tries)
        losses = np.empty(len(hidden))
        by_observed = np.empty(len(hidden), weights.dtype)
        probabilities = self._buffers.take("probabilities", len(hidden), len(weights))
        by_hidden = np.empty_like(hidden)

        def compute(part: int) -> None:
            rows = slice(part * ROWS, (part + 1) * ROWS)
            observed = np.einsum("ij,ij->i", hidden[rows], own_weights[rows]) + own_bias[rows]
            np.matmul(hidden[rows], weights.T, out=probabilities[rows])
            outputs = (losses[rows], by_observed[rows])
            sampled_softmax(probabilities[rows], sampled_bias, observed, hits[rows], *outputs)
            np.matmul(probabilities[rows], weights, out=by_hidden[rows])
            by_hidden[rows] += by_observed[rows, None] * own_weights[rows]

        with single_threaded_blas():
            self._products.each(-(-len(hidden) // ROWS), compute)
            self._gather(hidden, targets, sample.words, probabilities, by_observed)
        return float(losses.sum()), by_hidden

    def _corrected(self, words: NDArray[Any], tries: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the weights of words, and their biases less log of the expected count."""
        weights, bias = self.softmax.output
        expected = self.sampler.expected(words.astype(np.int64), tries)
        return weights[words], (bias[words] - np.log(expected)).astype(bias.dtype)

    def _gather(
        self, hidden: NDArray[Any], targets: NDArray[Any], sampled: NDArray[np.int64],
        probabilities: NDArray[Any], by_observed: NDArray[Any],
    ) -> None:  # fmt: skip
        """Set the rows' gradients: those of samples by a product, then those of the observed."""
        self.rows, places = np.unique(np.concatenate([sampled, targets]), return_inverse=True)
        of_samples, of_targets = np.split(places, [len(sampled)])
        by_weights = np.zeros((len(self.rows), hidden.shape[1]), hidden.dtype)
        by_bias = np.zeros((len(self.rows), 1), hidden.dtype)
        by_weights[of_samples] = self._products(probabilities.T, hidden)
        by_bias[of_samples, 0] = probabilities.sum(axis=0)
        add_rows(by_weights, of_targets, by_observed, hidden)
        add_rows(by_bias, of_targets, by_observed, np.ones((len(hidden), 1), hidden.dtype))
        self.row_gradients = {"weights": by_weights, "bias": by_bias[:, 0]}
