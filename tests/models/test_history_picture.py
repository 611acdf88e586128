from __future__ import annotations

import re

import pytest

from fastvec.errors import ParameterError, ResourceError
from fastvec.models.history_picture import best_epoch, draw_history, recorded

RECORDS = [
    {"epoch": 1, "loss": 2.0, "learning_rate": 0.02, "words_per_second": 1e6, "seconds": 1.0,
     "validation_loss": 2.2, "perplexity": None},
    {"epoch": 2, "loss": 1.5, "learning_rate": 0.01, "words_per_second": 2e6, "seconds": 1.0,
     "validation_loss": 1.75, "perplexity": None},
    {"epoch": 3, "loss": 1.2, "learning_rate": 0.0, "words_per_second": 2e6, "seconds": 1.0,
     "validation_loss": 1.9, "perplexity": None},
]  # fmt: skip


def without(name):
    return [{key: value for key, value in record.items() if key != name} for record in RECORDS]


def texts(path):
    """Return what is written in an SVG; Matplotlib draws text as shapes and leaves a comment."""
    return re.findall(r"<!-- (.*?) -->", path.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def matplotlib():
    pytest.importorskip("matplotlib", reason="needs Matplotlib")


def test_it_shows_both_losses_rate_and_speed_and_names_the_best_epoch(tmp_path):
    draw_history(RECORDS, tmp_path / "h.svg", title="a.fastvec: skipgram, 3 epochs")
    shown = texts(tmp_path / "h.svg")
    for text in ("a.fastvec: skipgram, 3 epochs", "loss", "training", "held-out", "learning rate",
                 "words a second", "1.75"):  # fmt: skip
        assert text in shown


def test_what_was_not_recorded_has_no_panel(tmp_path):
    draw_history(without("validation_loss"), tmp_path / "h.svg")
    shown = texts(tmp_path / "h.svg")
    assert "held-out" not in shown
    assert "held-out perplexity" not in shown
    assert "1.75" not in shown


def test_a_tagger_has_a_score_and_a_language_model_a_perplexity(tmp_path):
    more = [{**record, "score": 0.5, "perplexity": 80.0} for record in RECORDS]
    draw_history(more, tmp_path / "h.svg")
    assert {"development score", "held-out perplexity"} <= set(texts(tmp_path / "h.svg"))


@pytest.mark.parametrize(
    "change", [{"loss": float("nan")}, {"words_per_second": 0.0}, {"learning_rate": 0.0}]
)
def test_odd_values_are_drawn_around(tmp_path, change):
    draw_history([RECORDS[0], {**RECORDS[1], **change}], tmp_path / "h.png")
    assert (tmp_path / "h.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("number", [1, 200])
def test_one_epoch_and_many_are_drawn(tmp_path, number):
    draw_history([{**RECORDS[0], "epoch": e + 1} for e in range(number)], tmp_path / "h.pdf")
    assert (tmp_path / "h.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_history_gives_the_same_bytes(tmp_path):
    for name in ("a.svg", "b.svg"):
        draw_history(RECORDS, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_values_that_are_missing_or_no_numbers_are_left_out():
    records = [*RECORDS, {**RECORDS[0], "epoch": 4, "loss": float("nan")}]
    assert recorded(records, "loss") == [(1, 2.0), (2, 1.5), (3, 1.2)]
    assert recorded(records, "perplexity") == []
    assert best_epoch(records, "validation_loss", "low") == (2, 1.75)
    assert best_epoch(records, "validation_loss", "high") == (1, 2.2)
    assert best_epoch(records, "perplexity", "low") is None


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(ParameterError, match=r"h\.gif: a history is drawn as \.png, \.svg, \.pdf"):
        draw_history(RECORDS, tmp_path / "h.gif")


@pytest.mark.parametrize("records", [[], [{**RECORDS[0], "loss": float("nan")}]])
def test_nothing_to_draw_is_refused(tmp_path, records):
    with pytest.raises(ParameterError, match="nothing was trained"):
        draw_history(records, tmp_path / "h.png")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ResourceError, match="could not be written"):
        draw_history(RECORDS, tmp_path / "nowhere" / "h.png")
