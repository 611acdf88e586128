"""The plan: figures before work, and a refusal that names them."""

from __future__ import annotations

import re

import pytest

from fastvec.errors import ResourceError
from fastvec.models import plan
from fastvec.models.configs import SkipGramConfig
from fastvec.models.plan import check_memory, gigabytes, word_plan


def config(**settings):
    return SkipGramConfig(**{"threads": 2, **settings})


def test_ten_million_words_of_300_numbers_take_24_gigabytes(monkeypatch):
    """M4."""
    monkeypatch.setattr(plan, "available_memory", lambda: 8_000_000_000)
    huge = word_plan(10_000_000, config(dim=300))
    (matrices,) = [size for name, size in huge.memory.items() if "2 matrices" in name]
    assert matrices == pytest.approx(2 * 10_000_000 * 300 * 4, rel=0.02)
    with pytest.raises(ResourceError) as caught:
        check_memory(huge)
    message = str(caught.value)
    assert "10000000 x 300 (rows padded to 304): 24.3 GB" in message
    assert str(sum(huge.memory.values())) in message
    assert "8.0 GB are free" in message
    assert re.search("smaller dim, or fewer words with min_count or max_size", message)


@pytest.mark.parametrize("there", [None, 10**15])
def test_plan_that_fits_is_let_through(monkeypatch, there):
    monkeypatch.setattr(plan, "available_memory", lambda: there)
    check_memory(word_plan(10_000, config()))


def test_this_machine_says_how_much_memory_it_has():
    assert 10_000_000 < plan.available_memory() < 10**15


def test_totals_are_sums():
    """B10."""
    figures = word_plan(1000, config(), words=50_000, distinct=3000).as_dict()
    assert figures["memory_total"] == sum(figures["memory"].values()) > 0
    assert figures["disk_total"] == sum(figures["disk"].values()) > 4 * 50_000
    assert figures["seconds"] > 0


def test_time_follows_the_work():
    def seconds(**settings):
        return word_plan(1000, config(**settings), words=10**6).seconds

    assert seconds(epochs=10) == pytest.approx(2 * seconds(epochs=5))
    assert seconds(threads=4) == pytest.approx(seconds(threads=2) / 2)
    assert seconds(window_shape="full") > seconds() > seconds(window_shape="sample")
    assert seconds(epochs=0) == 0


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "2 kB"), (25e6, "25 MB"), (24.32e9, "24.3 GB")],
)
def test_sizes_are_written_for_people(size, text):
    assert gigabytes(size) == text
