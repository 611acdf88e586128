"""What the pages ask, answered as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

from fastvec.errors import ParameterError
from fastvec.explore.senses import Embed, compare_senses
from fastvec.explore.word_search import WordSearch
from fastvec.vectors.maps.data import as_data
from fastvec.vectors.maps.plane import METHODS as LAYOUTS
from fastvec.vectors.methods import METHODS as ANALOGIES
from fastvec.vectors.word_vectors import WordVectors

Choice = TypeVar("Choice", bound=str)

MOST_POINTS = 5000
MOST_COMPARED = 40
MOST_NEIGHBORS = 200


@dataclass
class Explored:
    """A model to look at.

    Attributes
    ----------
    name : str
        Shown above what it answers.
    vectors : WordVectors or None
        Its word vectors.
    embed : callable or None
        Sentences to contextual vectors, where the model has them (``ELMo.embed``).
    """

    name: str
    vectors: WordVectors | None = None
    embed: Embed | None = None
    maps: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict, repr=False)
    laying_out: dict[str, Lock] = field(
        default_factory=lambda: {method: Lock() for method in LAYOUTS}, repr=False
    )

    @cached_property
    def search(self) -> WordSearch:
        """Finds its words."""
        return WordSearch(self.words.words)

    @property
    def words(self) -> WordVectors:
        """Its word vectors; an error if it has none."""
        if self.vectors is None:
            raise ParameterError(f"{self.name} has no word vectors")
        return self.vectors


class Answers:
    """Answers questions about one or two models.

    Parameters
    ----------
    models : sequence of Explored
    """

    def __init__(self, models: Sequence[Explored]) -> None:
        self.models = list(models)
        self._known: dict[str, Callable[[Explored, _Asked], Any]] = {
            "map": _map,
            "search": _search,
            "neighbors": _neighbors,
            "analogy": _analogy,
            "similarities": _similarities,
            "senses": _senses,
        }

    def knows(self, question: str) -> bool:
        """Tell whether there is such a question."""
        return question == "about" or question in self._known

    def answer(self, question: str, asked: Mapping[str, Any]) -> Any:
        """Answer a question.

        Parameters
        ----------
        question : str
            ``about``, or one of ``map``, ``search``, ``neighbors``, ``analogy``,
            ``similarities`` and ``senses``, which are put to one model.
        asked : mapping
            Its parameters; ``model`` is the model's number.

        Returns
        -------
        list or dict
            Plain data.

        Raises
        ------
        KeyError
            If there is no such question.
        FastvecError
            If a parameter is missing, of the wrong kind or out of range, or a word unknown.
        """
        if question == "about":
            return {"models": [_about(model) for model in self.models], "methods": ANALOGIES,
                    "mostPoints": MOST_POINTS}  # fmt: skip
        reply, parameters = self._known[question], _Asked(asked)
        number = parameters.number("model", 0, len(self.models) - 1)
        return reply(self.models[number], parameters)


class _Asked:
    """The parameters of a question, each checked as it is read."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def text(self, name: str) -> str:
        value = self._values.get(name)
        if not isinstance(value, str):
            raise ParameterError(f"{name} must be a text")
        return value

    def texts(self, name: str) -> list[str]:
        value = self._values.get(name)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ParameterError(f"{name} must be a list of texts")
        return value

    def choice(self, name: str, choices: Sequence[Choice]) -> Choice:
        value: Any = self.text(name)
        if value not in choices:
            raise ParameterError(f"{name} must be one of {', '.join(choices)}, but is {value!r}")
        return value

    def number(self, name: str, low: int, high: int) -> int:
        value = self._values.get(name)
        if type(value) is not int or not low <= value <= high:
            raise ParameterError(f"{name} must be a whole number from {low} to {high}")
        return value


def _about(model: Explored) -> dict[str, Any]:
    found: dict[str, Any] = {"name": model.name, "senses": model.embed is not None}
    if model.vectors is not None:
        found |= {"words": len(model.vectors), "dim": model.vectors.dim}
    return found


def _map(model: Explored, asked: _Asked) -> dict[str, Any]:
    """Lay the commonest words out; once, for it takes its time."""
    method = asked.choice("method", LAYOUTS)
    top = asked.number("top", 1, MOST_POINTS)
    with model.laying_out[method]:
        if (method, top) not in model.maps:
            model.maps[method, top] = as_data(model.words.map(top=top, method=method))
        return model.maps[method, top]


def _search(model: Explored, asked: _Asked) -> list[str]:
    return model.search.find(asked.text("query"))


def _neighbors(model: Explored, asked: _Asked) -> dict[str, Any]:
    word, topn = asked.text("word"), asked.number("topn", 1, MOST_NEIGHBORS)
    vectors = model.words
    answers = _scored(vectors.most_similar(word, topn=topn))
    row = vectors.index(word)
    count = None if vectors.counts is None else int(vectors.counts[row])
    return {"word": word, "rank": row, "count": count, "neighbors": answers}


def _analogy(model: Explored, asked: _Asked) -> list[dict[str, Any]]:
    a, b, c = (asked.text(name) for name in "abc")
    method = asked.choice("method", list(ANALOGIES))
    return _scored(model.words.analogy(a, b, c, method=method, topn=10))


def _similarities(model: Explored, asked: _Asked) -> dict[str, Any]:
    """Compare words with each other, and name the one that fits least."""
    words = list(dict.fromkeys(asked.texts("words")))
    if not 2 <= len(words) <= MOST_COMPARED:
        raise ParameterError(f"words must be 2 to {MOST_COMPARED} different ones")
    vectors = model.words
    table = [[round(vectors.similarity(a, b), 4) for b in words] for a in words]
    odd = vectors.odd_one_out(words) if len(words) > 2 else None
    return {"words": words, "table": table, "odd": odd}


def _senses(model: Explored, asked: _Asked) -> dict[str, Any]:
    if model.embed is None:
        raise ParameterError(f"{model.name} gives a word one vector, whatever its sentence")
    return compare_senses(model.embed, asked.text("word").strip(), asked.texts("sentences"))


def _scored(answers: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"word": word, "score": round(score, 4)} for word, score in answers]
