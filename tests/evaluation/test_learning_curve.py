from __future__ import annotations

import sys

import pytest

from fastvec.errors import ParameterError, ResourceError
from fastvec.evaluation.learning_curve import Point, draw_learning_curve

CURVES = {
    "random": [Point(1000, 0.6, 0.02), Point(100, 0.2, 0.05)],
    "word2vec": [Point(100, 0.5), Point(1000, 0.7)],
}


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_a_picture_is_drawn(tmp_path, ending, start):
    pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    path = tmp_path / f"curve.{ending}"
    draw_learning_curve(CURVES, path, title="people")
    assert path.read_bytes().startswith(start)


def test_a_picture_names_what_it_shows(tmp_path):
    pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    from matplotlib import rc_context

    with rc_context({"svg.fonttype": "none"}):
        draw_learning_curve(CURVES, tmp_path / "curve.svg", title="people")
    text = (tmp_path / "curve.svg").read_text()
    for word in ("random", "word2vec", "1,000", "labelled sentences", "F1 (%)", "people"):
        assert word in text


@pytest.mark.parametrize(
    ("curves", "name", "error", "message"),
    [
        ({}, "a.png", ParameterError, "no point"),
        ({"a": []}, "a.png", ParameterError, "no point"),
        (CURVES, "a.xyz", ParameterError, r"must end in \.png"),
        (CURVES, "none/a.png", ResourceError, "cannot be written"),
    ],
)
def test_what_cannot_be_drawn_is_one_message(tmp_path, curves, name, error, message):
    pytest.importorskip("matplotlib", reason="Matplotlib is not installed")
    with pytest.raises(error, match=message):
        draw_learning_curve(curves, tmp_path / name)


def test_without_matplotlib_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ResourceError, match=r"fastvec\[plot\]"):
        draw_learning_curve(CURVES, tmp_path / "a.png")
