"""What a running job reports, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A moment of a running job.

    Attributes
    ----------
    stage : str
        "reading", "encoding", "starting", "compiling" or "training".
    done, total : float
        In the unit of the stage (bytes when reading, words otherwise). ``total``
        is 0 where it is unknown.
    epoch, epochs : int
        The running epoch, from 1, and how many there are; 0 outside training.
    objective : str
        What the loss is of: "ns" or "hs".
    loss : float or None
        Mean loss of this epoch so far, in nats an example.
    validation_loss : float or None
        Mean loss of held-out text, at the end of an epoch.
    perplexity : float or None
        Of held-out text by a language model, over its whole vocabulary.
    learning_rate : float or None
        The rate just used.
    words_per_second : float
        Words of the corpus, those that subsampling skips included.
    seconds_left : float or None
        At this speed, until the end of the stage.
    epoch_ended : bool
        True for the last event of an epoch.
    note : str
        What the user should know before it goes on.
    """

    stage: str
    done: float
    total: float
    epoch: int = 0
    epochs: int = 0
    objective: str = ""
    loss: float | None = None
    validation_loss: float | None = None
    perplexity: float | None = None
    learning_rate: float | None = None
    words_per_second: float = 0.0
    seconds_left: float | None = None
    epoch_ended: bool = False
    note: str = ""


Callback = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Report to nobody."""
