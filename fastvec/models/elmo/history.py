"""What is written down of each epoch of a language model."""

from __future__ import annotations

from dataclasses import dataclass

from fastvec.models.training import EpochRecord


@dataclass(frozen=True, kw_only=True)
class LanguageRecord(EpochRecord):
    """One epoch of the history of a language model.

    ``loss`` is the mean over both directions, in nats a prediction; with loss
    "sampled" it is that of the drawn words only, and far below the true one.
    ``validation_loss`` and the perplexities are always over all words.

    Attributes
    ----------
    gradient_norm : float
        Largest norm of all gradients together, before the limit.
    forward_perplexity, backward_perplexity : float or None
        Of the held-out text, where there is one.
    perplexity : float or None
        Their mean.
    oov_rate : float or None
        Share of the held-out words that the vocabulary lacks.
    """

    gradient_norm: float = 0.0
    forward_perplexity: float | None = None
    backward_perplexity: float | None = None
    perplexity: float | None = None
    oov_rate: float | None = None
