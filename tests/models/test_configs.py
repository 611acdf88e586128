"""Settings: every one is checked, before work starts, and named when it is wrong."""

from __future__ import annotations

import json
import math
import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec import SkipGram
from fastvec.errors import ParameterError
from fastvec.models.configs import SkipGramConfig

SETTINGS = {item.name: item for item in fields(SkipGramConfig)}
NUMBERS = [n for n, item in SETTINGS.items() if re.match("int|float", str(item.type))]
WHOLE = [n for n in NUMBERS if str(SETTINGS[n].type).startswith("int")]
CHOICES = [n for n, item in SETTINGS.items() if item.metadata["choices"]]


def refused(name, value):
    with pytest.raises(ParameterError) as caught:
        SkipGramConfig(**{name: value})
    assert str(caught.value).startswith(f"{name} must be ")
    assert re.search(r"but is ", str(caught.value))


def test_defaults_are_those_of_word2vec_c():
    """G3, V5: default seed fixed, real defaults."""
    config = SkipGramConfig()
    assert (config.dim, config.window, config.negative, config.epochs) == (100, 5, 5, 5)
    assert (config.sample, config.min_count, config.learning_rate) == (1e-3, 5, 0.025)
    assert (config.final_rate, config.noise_exponent, config.seed) == (1e-4, 0.75, 1)
    assert (config.window_shape, config.unk, config.sentence_marks) == ("shrink", "none", False)


@pytest.mark.parametrize("name", NUMBERS)
def test_ends_of_the_range_belong_to_it(name):
    about = SETTINGS[name].metadata
    assert math.isfinite(about["low"])
    assert math.isfinite(about["high"])
    for value in (about["low"], about["high"]):
        assert getattr(SkipGramConfig(**{name: value}), name) == value


@given(st.sampled_from(NUMBERS), st.integers(1, 2**70) | st.floats(1e-3, 1e300), st.booleans())
def test_number_outside_its_range_is_refused_by_name(name, distance, below):
    distance = math.ceil(distance) if name in WHOLE else distance
    about = SETTINGS[name].metadata
    refused(name, about["low"] - distance if below else about["high"] + max(distance, 1))


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["5", math.nan, math.inf, -math.inf, True, [1], 1j])
def test_what_is_no_number_is_refused_by_name(name, value):
    refused(name, value)


@pytest.mark.parametrize("name", WHOLE)
def test_fraction_is_refused_where_whole_numbers_are_meant(name):
    refused(name, 5.5)


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_none_is_refused_where_it_has_no_meaning(name):
    if SETTINGS[name].default is None:
        SkipGramConfig(**{name: None})
    else:
        refused(name, None)


@given(st.sampled_from(CHOICES), st.text() | st.integers() | st.lists(st.text()))
def test_unknown_choice_is_refused_with_the_known_ones(name, value):
    choices = SETTINGS[name].metadata["choices"]
    if value in choices:
        return
    with pytest.raises(ParameterError, match=f"^{name} must be one of '{choices[0]}'"):
        SkipGramConfig(**{name: value})


@pytest.mark.parametrize("name", ["sentence_marks", "freeze_old"])
@pytest.mark.parametrize("value", [1, "yes"])
def test_flag_takes_true_or_false_only(name, value):
    refused(name, value)


def test_only_threads_of_a_model_can_be_changed():
    model = SkipGram(dim=7, threads=1)
    assert model.use_threads(2) is model
    assert model.config == SkipGramConfig(dim=7, threads=2)
    with pytest.raises(ParameterError, match="threads must be"):
        model.use_threads(0)


def test_no_noise_words_is_refused():
    """D11: nothing would be trained."""
    with pytest.raises(ParameterError, match="negative must be between 1 and"):
        SkipGram(negative=0)


def test_unknown_setting_is_refused_by_name():
    with pytest.raises(ParameterError, match=r"SkipGram: .*'windwo'"):
        SkipGram(windwo=5)


def test_every_setting_is_explained_and_fits_json():
    assert all(item.metadata["help"] for item in SETTINGS.values())
    config = SkipGramConfig()
    assert SkipGramConfig(**json.loads(json.dumps(config.as_dict()))) == config
