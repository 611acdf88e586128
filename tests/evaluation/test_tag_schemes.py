from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ParameterError
from fastvec.evaluation.tag_schemes import (
    ENTITY_SCHEMES,
    Span,
    convert,
    recognise,
    spans,
    tagged,
    valid_transitions,
)

# One sentence in each scheme: two people side by side, then a place of three words.
SENTENCE = {
    "IOB1": ["I-PER", "I-PER", "B-PER", "O", "I-LOC", "I-LOC", "I-LOC", "I-PER"],
    "IOB2": ["B-PER", "I-PER", "B-PER", "O", "B-LOC", "I-LOC", "I-LOC", "B-PER"],
    "BIOES": ["B-PER", "E-PER", "S-PER", "O", "B-LOC", "I-LOC", "E-LOC", "S-PER"],
}
BILOU = ["B-PER", "L-PER", "U-PER", "O", "B-LOC", "I-LOC", "L-LOC", "U-PER"]
FOUND = [Span("PER", 0, 2), Span("PER", 2, 3), Span("LOC", 4, 7), Span("PER", 7, 8)]
TYPES = ("PER", "LOC", "creative-work")


@st.composite
def entities(draw):
    """Draw entities in order, without overlap, and the length of their sentence."""
    found, place = [], 0
    for gap, length, kind in draw(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(TYPES)), max_size=6
        )
    ):
        found.append(Span(kind, place + gap, place + gap + length))
        place += gap + length
    return found, place + draw(st.integers(0, 2))


@pytest.mark.parametrize("scheme", ENTITY_SCHEMES)
def test_each_scheme_is_recognised_and_read(scheme):
    assert recognise([SENTENCE[scheme], ["O"]]) == scheme
    assert spans(SENTENCE[scheme]) == FOUND


@pytest.mark.parametrize("target", ENTITY_SCHEMES)
@pytest.mark.parametrize("source", [*SENTENCE.values(), BILOU])
def test_each_scheme_becomes_each_other(source, target):
    assert convert(source, target) == SENTENCE[target]


def test_bilou_is_read_as_bioes():
    assert recognise([BILOU]) == "BIOES"
    assert spans(BILOU) == FOUND


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        (["NOUN", "VERB"], "plain"),
        (["B", "I", "O"], "IOB2"),  # Entities without types, as in segmentation.
        (["O", "O"], "IOB2"),
        (["I-A", "O", "B-A"], "IOB2"),  # Mixed.
        (["O-", "I-A"], "plain"),
        (["B-", "O"], "plain"),
        (["X-PER"], "plain"),
    ],
)
def test_other_tags_are_recognised(tags, scheme):
    assert recognise([tags]) == scheme


def test_plain_labels_stay_as_they_are():
    assert convert(["NOUN", "S-X"], "plain") == ["NOUN", "S-X"]


@given(entities(), st.sampled_from(ENTITY_SCHEMES))
def test_entities_survive_every_scheme(drawn, scheme):
    found, length = drawn
    tags = tagged(found, length, scheme)
    assert len(tags) == length
    assert spans(tags) == found
    for target in ENTITY_SCHEMES:
        assert spans(convert(tags, target)) == found
        assert convert(convert(tags, target), scheme) == tags


@given(entities(), st.sampled_from(ENTITY_SCHEMES))
def test_written_tags_are_valid_and_only_they(drawn, scheme):
    tags = tagged(*drawn, scheme)
    names = sorted({"O", *(f"{letter}-{kind}" for kind in TYPES for letter in "BIES")})
    if scheme != "BIOES":
        names = [name for name in names if name[0] not in "ES"]
    allowed = valid_transitions(names, scheme)
    rows = [names.index(tag) for tag in tags]
    if rows:
        assert allowed.start[rows[0]]
        assert allowed.end[rows[-1]]
        assert allowed.between[rows[:-1], rows[1:]].all()


@given(st.lists(st.sampled_from(["O", "B-A", "I-A", "E-A", "S-A", "B-B", "I-B", "E-B", "S-B"])))
def test_a_sequence_is_valid_exactly_if_conversion_leaves_it(tags):
    """Valid means: what the decoder may give is what the scheme would write."""
    for scheme in ENTITY_SCHEMES:
        names = sorted(set(tags))
        if scheme != "BIOES" and any(name[0] in "ES" for name in names):
            continue
        allowed = valid_transitions(names, scheme)
        rows = [names.index(tag) for tag in tags]
        valid = not rows or bool(
            allowed.start[rows[0]]
            and allowed.end[rows[-1]]
            and allowed.between[rows[:-1], rows[1:]].all()
        )
        assert valid == (convert(tags, scheme) == tags)


def test_plain_labels_may_follow_each_other():
    allowed = valid_transitions(["NOUN", "VERB"], "plain")
    assert allowed.between.all()
    assert allowed.start.all()
    assert allowed.end.all()


def test_an_unknown_scheme_is_refused():
    with pytest.raises(ParameterError, match="must be one of IOB1, IOB2, BIOES, but is 'BIO'"):
        tagged([], 3, "BIO")
