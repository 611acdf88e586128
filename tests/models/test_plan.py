"""The plan: figures before work, and a refusal that names them."""

from __future__ import annotations

import re

import pytest

from fastvec.errors import ResourceError
from fastvec.models import plan
from fastvec.models.configs import CBOWConfig, SkipGramConfig
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


def part(name, rows=5000, kind=SkipGramConfig, **settings):
    """Return the bytes of one purpose, 0 if it is not among them."""
    memory = word_plan(rows, kind(**{"threads": 2, **settings}), words=10**8).memory
    assert all(size > 0 for size in memory.values())
    return memory.get(name, 0)


def test_private_rows_are_those_of_ordered_updates():
    assert part("private rows", updates="ordered") > part("private rows", dim=10, freeze_old=True)
    assert part("private rows", dim=10, freeze_old=True) > 0
    assert part("private rows") == part("private rows", loss="hs") == 0
    assert part("private rows", loss="softmax") == 0


def test_copies_of_common_rows_are_those_of_racing_threads_and_of_a_tree():
    assert part("copies of common rows") == part("copies of common rows", loss="hs") > 0
    assert part("copies of common rows", kind=CBOWConfig, loss="hs") > 0
    assert part("copies of common rows", kind=CBOWConfig) == 0
    for settings in ({"threads": 1}, {"updates": "ordered"}, {"loss": "softmax"}):
        assert part("copies of common rows", **settings) == 0
    assert part("copies of common rows", loss="hs", threads=1) > 0


def test_softmax_counts_its_logits_by_batch_and_words():
    small = part("softmax", loss="softmax")
    assert 4 * 128 * 5000 < small < part("softmax", loss="softmax", batch=256)
    assert small < part("softmax", loss="softmax", rows=10_000)
    assert part("softmax") == part("softmax", loss="hs") == 0


def test_pairs_with_noise_of_their_own_take_more_scratch():
    shared, own = (part("2 threads", negative_sharing=sharing) for sharing in ("pool", "pair"))
    assert own > shared
    cbow, cbow_own = (
        part("2 threads", kind=CBOWConfig, negative_sharing=sharing) for sharing in ("pool", "pair")
    )
    assert cbow == cbow_own


def test_softmax_takes_longest_and_says_so():
    def seconds(loss):
        return word_plan(10_000, config(loss=loss), words=10**6).seconds

    assert seconds("softmax") > 100 * seconds("hs") > 100 * seconds("ns")


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "2 kB"), (25e6, "25 MB"), (24.32e9, "24.3 GB")],
)
def test_sizes_are_written_for_people(size, text):
    assert gigabytes(size) == text
