"""Entity scores: by hand, and as seqeval and conlleval count."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ParameterError
from fastvec.evaluation.entities import EntityError, EntityScore, score_entities
from fastvec.evaluation.tag_schemes import Span
from fastvec.evaluation.token_tags import TagScore, score_tags

GOLDEN = json.loads((Path(__file__).parent / "seqeval.json").read_text())

GOLD = [
    ["B-PER", "I-PER", "O"],
    ["B-LOC", "O", "B-ORG", "I-ORG"],
    ["B-PER", "O", "O", "B-LOC"],
]
PREDICTED = [
    ["B-PER", "I-PER", "O"],
    ["B-ORG", "O", "O", "B-ORG"],
    ["O", "O", "B-LOC", "B-LOC"],
]


def test_scores_by_hand():
    """N2: an entity is right with both ends and the type, and F1 is over entities."""
    scores = score_entities(GOLD, PREDICTED)
    assert scores.total == EntityScore("total", right=2, predicted=5, gold=5)
    assert scores.types == [
        EntityScore("LOC", 1, 2, 2),
        EntityScore("ORG", 0, 2, 1),
        EntityScore("PER", 1, 1, 2),
    ]
    assert scores.total.f1 == pytest.approx(0.4)
    person = scores.types[2]
    assert (person.precision, person.recall) == (1.0, 0.5)
    assert person.f1 == pytest.approx(2 / 3)
    assert (scores.tokens, scores.right_tokens) == (11, 6)
    assert scores.accuracy == pytest.approx(6 / 11)


def test_errors_are_listed_with_their_kind():
    assert score_entities(GOLD, PREDICTED).errors == [
        EntityError(1, "type", Span("LOC", 0, 1), Span("ORG", 0, 1)),
        EntityError(1, "ends", Span("ORG", 2, 4), Span("ORG", 3, 4)),
        EntityError(2, "missed", Span("PER", 0, 1), None),
        EntityError(2, "invented", None, Span("LOC", 2, 3)),
    ]


def test_confusion_counts_types_of_equal_ends():
    assert score_entities(GOLD, PREDICTED).confusion == {
        ("PER", "PER"): 1, ("LOC", "ORG"): 1, ("ORG", ""): 1, ("", "ORG"): 1, ("PER", ""): 1,
        ("LOC", "LOC"): 1, ("", "LOC"): 1,
    }  # fmt: skip


def test_nothing_found_where_nothing_is_scores_zero_without_a_warning():
    scores = score_entities([["O", "O"]], [["O", "O"]])
    assert (scores.total.precision, scores.total.recall, scores.total.f1) == (0, 0, 0)
    assert scores.accuracy == 1


def test_an_entity_ends_with_its_sentence():
    assert score_entities([["B-X"], ["I-X"]], [["B-X"], ["I-X"]]).total.gold == 2


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        ([["O"]], [], "1 gold sentences do not fit 0 predicted"),
        ([["O"], ["O", "O"]], [["O"], ["O"]], "sentence 2 has 2 gold tags, but 1 predicted"),
    ],
)
def test_tags_that_do_not_fit_are_refused(gold, predicted, message):
    with pytest.raises(ParameterError, match=message):
        score_entities(gold, predicted)
    with pytest.raises(ParameterError, match=message):
        score_tags(gold, predicted)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_scores_are_those_that_seqeval_gave(case):
    found = score_entities(case["gold"], case["predicted"])
    for score in [*found.types, found.total]:
        wanted = case["scores"][score.type]
        numbers = (score.precision, score.recall, score.f1, score.gold)
        assert numbers == pytest.approx(wanted, abs=1e-12)
    assert len(case["scores"]) == len(found.types) + 1


TAGS = ["O", *(f"{letter}-{kind}" for letter in "BIES" for kind in ("A", "B-c"))]


@st.composite
def tag_pairs(draw):
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    tags = st.sampled_from(TAGS)
    return [
        [[draw(tags) for _ in range(length)] for length in lengths] for _ in ("gold", "predicted")
    ]


@given(tag_pairs())
def test_scores_are_those_of_seqeval_on_any_tags(pair):
    metrics = pytest.importorskip("seqeval.metrics", reason="seqeval is not installed")
    gold, predicted = pair
    found = score_entities(gold, predicted)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # seqeval warns of what it divides by zero.
        wanted = metrics.classification_report(gold, predicted, output_dict=True, zero_division=0)
        accuracy = metrics.accuracy_score(gold, predicted)
    assert {score.type for score in found.types if score.gold or score.predicted} == {
        name for name in wanted if not name.endswith(" avg")
    }
    for name, score in [("micro avg", found.total), *((s.type, s) for s in found.types)]:
        entry = wanted[name]
        numbers = (score.precision, score.recall, score.f1, score.gold)
        assert numbers == pytest.approx(
            (entry["precision"], entry["recall"], entry["f1-score"], entry["support"]), abs=1e-12
        )
    assert found.accuracy == pytest.approx(accuracy, abs=1e-12)


@given(tag_pairs())
def test_counts_confusion_and_errors_agree(pair):
    scores = score_entities(*pair)
    errors = scores.errors
    assert scores.total.gold - scores.total.right == sum(e.gold is not None for e in errors)
    assert scores.total.predicted - scores.total.right == sum(
        e.predicted is not None for e in errors
    )
    for score in scores.types:
        counts = scores.confusion.items()
        assert score.gold == sum(n for (gold, _), n in counts if gold == score.type)
        assert score.predicted == sum(n for (_, guess), n in counts if guess == score.type)
        assert score.right == scores.confusion.get((score.type, score.type), 0)


def test_plain_tags_are_scored_over_the_tokens_that_count():
    scores = score_tags(
        [["NOUN", "VERB", "_"], ["NOUN", "X"]], [["NOUN", "NOUN", "NOUN"], ["NOUN", "Y"]]
    )
    assert (scores.right, scores.tokens, scores.masked) == (2, 4, 1)
    assert scores.accuracy == 0.5
    assert scores.tags[0] == TagScore("NOUN", right=2, predicted=3, gold=2)
    assert scores.tags[0].f1 == pytest.approx(0.8)
    assert [tag.tag for tag in scores.tags] == ["NOUN", "VERB", "X", "Y"]
    assert scores.confusion[("VERB", "NOUN")] == 1
    assert ("_", "NOUN") not in scores.confusion


def test_ignored_tags_are_a_choice():
    scores = score_tags([["NOUN", "X"]], [["NOUN", "Y"]], ignored=("X",))
    assert (scores.accuracy, scores.tokens, scores.masked) == (1.0, 1, 1)
    assert score_tags([["_"]], [["_"]], ignored=()).accuracy == 1.0
    assert score_tags([["_"]], [["_"]]).accuracy == 0.0
