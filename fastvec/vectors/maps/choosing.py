"""Which words a map shows, and in which groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fastvec.errors import ParameterError, VocabularyError
from fastvec.vectors.terms import at_least_one

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

COMMONEST = 300
NEIGHBORS = 30


@dataclass(frozen=True)
class Choice:
    """The words of a map, each with the name of its group, and what was left out."""

    words: list[str]
    groups: list[str] | None
    about: str
    notes: list[str]


def choose(
    vectors: WordVectors,
    words: Sequence[str] | None,
    neighbors_of: str | Sequence[str] | None,
    groups: Mapping[str, Sequence[str]] | None,
    top: int | None,
    oov: Literal["error", "skip"],
) -> Choice:
    """Choose words for a map; see `map_words`, which hands its parameters on.

    Parameters
    ----------
    vectors : WordVectors
    words, neighbors_of, groups, top, oov
        As in `map_words`.

    Returns
    -------
    Choice

    Raises
    ------
    ParameterError
        If `top` is below 1 or `oov` is unknown.
    UnknownWordError
        If a word is unknown and `oov` is "error".
    VocabularyError
        If no word is left.
    """
    if oov not in ("error", "skip"):
        raise ParameterError(f"oov must be one of error, skip, but is {oov!r}")
    if top is not None:
        at_least_one("top", top)
    pairs: list[tuple[str, str]] = []
    about = []
    for name, members in (groups or {}).items():
        pairs += [(word, name) for word in members]
    if groups:
        about.append(_counted(len(groups), "group"))
    if neighbors_of is not None:
        centres = [neighbors_of] if isinstance(neighbors_of, str) else list(neighbors_of)
        pairs += _neighbors(vectors, centres, NEIGHBORS if top is None else top, oov)
        about.append(f"neighbors of {', '.join(centres[:4])}{' …' if len(centres) > 4 else ''}")
    grouped = bool(pairs)
    if words is not None:
        chosen = [words] if isinstance(words, str) else list(words)
        pairs += [(word, "chosen") for word in chosen]
        about.append("chosen words")
    if not about:
        pairs = [(word, "") for word in _commonest(vectors, COMMONEST if top is None else top)]
        about.append("commonest words")
    return _known(vectors, pairs, grouped=grouped, about=" and ".join(about), oov=oov)


def _known(
    vectors: WordVectors, pairs: Iterable[tuple[str, str]], *, grouped: bool, about: str, oov: str
) -> Choice:
    """Keep each word once, in its first group, if it has a vector with a direction."""
    first: dict[str, str] = {}
    for word, group in pairs:
        first.setdefault(word, group)
    unknown = vectors.unknown(first)
    if unknown and oov == "error":
        vectors.index(unknown[0])
    kept = [word for word in first if word in vectors]
    placed = [word for word in kept if vectors.norms[vectors.index(word)]]
    notes = []
    if unknown:
        notes.append(f"{_counted(len(unknown), 'word')} without a vector left out: "
                     f"{', '.join(unknown[:5])}{' …' if len(unknown) > 5 else ''}")  # fmt: skip
    if len(placed) < len(kept):
        lost = len(kept) - len(placed)
        notes.append(f"{_counted(lost, 'word')} left out: a zero vector has no place")
    if not placed:
        raise VocabularyError("no word is left to draw; choose words that have vectors")
    groups = [first[word] for word in placed] if grouped else None
    return Choice(placed, groups, about, notes)


def _neighbors(
    vectors: WordVectors, centres: list[str], top: int, oov: Literal["error", "skip"]
) -> list[tuple[str, str]]:
    """List each word and the nearest to it; a word between two belongs to the first."""
    answers = vectors.most_similar_batch(centres, topn=top, oov=oov)
    pairs = [(word, word) for word in centres]
    for centre, answer in zip(centres, answers, strict=True):
        pairs += [(word, centre) for word, _ in answer]
    return pairs


def _commonest(vectors: WordVectors, top: int) -> list[str]:
    """Return the first words; a special such as ``<unk>`` is no word of a map."""
    special = set(vectors.specials)
    leading = vectors.words[: top + len(special)]
    return [word for word in leading if word not in special][:top]


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"
