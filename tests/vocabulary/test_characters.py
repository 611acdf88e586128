"""Characters of words, by bilm-tf's numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ParameterError, VocabularyError
from fastvec.vocabulary.characters import (
    N_CHARACTERS,
    boundary_ids,
    character_ids,
    prediction_ids,
)

from ..reference.token_layers import character_row


def test_a_word_is_its_bytes_between_two_marks():
    rows = character_ids(["ab", "包"], longest=8)
    assert rows.dtype == np.int32
    assert rows.tolist() == [
        [258, 97, 98, 259, 260, 260, 260, 260],
        [258, 0xE5, 0x8C, 0x85, 259, 260, 260, 260],
    ]


def test_a_long_word_is_cut_to_48_bytes_even_within_a_letter():
    (row,) = character_ids(["é" * 23 + "包包"])
    assert len(row) == 50
    assert row[1:49].tolist() == list(("é" * 23 + "包包").encode()[:48])
    assert row[49] == 259


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12)), st.integers(3, 60))
def test_rows_are_those_of_the_twin(words, longest):
    rows = character_ids(words, longest=longest)
    assert rows.shape == (len(words), longest)
    assert rows.tolist() == [character_row(word, longest) for word in words]


def test_bytes_that_were_not_text_are_kept():
    word = b"a\xff".decode("utf-8", "surrogateescape")
    assert character_ids([word], longest=6).tolist() == [[258, 97, 255, 259, 260, 260]]
    with pytest.raises(VocabularyError, match="half a surrogate pair"):
        character_ids(["\ud800"])


def test_beginning_and_end_of_a_sentence_have_marks_of_their_own():
    wanted = [[258, 256, 259, 260, 260], [258, 257, 259, 260, 260]]
    assert boundary_ids(5).tolist() == wanted
    rows = character_ids(["<s>", "</s>", "<s>", "x"], longest=5, bos="<s>", eos="</s>")
    assert rows[:3].tolist() == [wanted[0], wanted[1], wanted[0]]
    assert rows[3].tolist() == character_row("x", 5)
    # Unless it is asked for, "<s>" is three letters of a text.
    assert character_ids(["<s>"], longest=5).tolist() == [character_row("<s>", 5)]


def test_prediction_leaves_0_to_the_mask():
    rows = prediction_ids(np.concatenate([character_ids(["a"]), boundary_ids()]))
    assert rows.min() > 0
    assert rows.max() == N_CHARACTERS


def test_no_room_for_a_byte_is_refused():
    with pytest.raises(ParameterError, match="longest must be at least 3, but is 2"):
        character_ids(["a"], longest=2)
