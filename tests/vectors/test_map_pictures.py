"""Maps as pictures: their files, fonts and what they lack."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import fastvec
from fastvec.errors import ParameterError, ResourceError
from fastvec.vectors.maps import fonts as fonts_module
from fastvec.vectors.maps.fonts import BASE, advice, find_fonts
from fastvec.vectors.maps.palette import CATEGORIES, colour_of, darker
from tests.browser import HOSTILE

pytest.importorskip("matplotlib", reason="needs the extra plot")

from fastvec.vectors.maps.picture import draw, printable

PLAIN = [f"word{row}" for row in range(40)]


def made(words, seed=0):
    matrix = np.random.default_rng(seed).normal(size=(len(words), 8)).astype(np.float32)
    return fastvec.WordVectors(words, matrix)


def drawn_texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize(
    ("ending", "begin"),
    [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("PNG", b"\x89P")],
)
def test_a_picture_is_what_its_ending_says_and_the_same_each_time(tmp_path, ending, begin):
    found = made(PLAIN).map(method="pca")
    for name in ("a", "b"):
        assert found.save(tmp_path / f"{name}.{ending}") == []
    data = (tmp_path / f"a.{ending}").read_bytes()
    assert data.startswith(begin)
    assert data == (tmp_path / f"b.{ending}").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {f"a.{ending}", f"b.{ending}"}


@pytest.mark.parametrize("name", ["map.txt", "map", "map.jpeg", ".png"])
def test_other_endings_are_refused(tmp_path, name):
    with pytest.raises(ParameterError, match=r"a map is written as \.png, \.svg, \.pdf, \.html"):
        made(PLAIN).map(method="pca").save(tmp_path / name)


def test_the_caption_tells_how_the_map_was_made():
    pytest.importorskip("sklearn")
    figure, _ = draw(made(PLAIN).map(seed=5, perplexity=7))
    assert figure.texts[0].get_text() == (
        "40 words (commonest words) · t-SNE, perplexity 7, seed 5 · coloured by k-means cluster"
    )


def test_groups_have_colours_and_a_legend():
    figure, _ = draw(made(PLAIN).map(groups={"a $x": PLAIN[:5], "b": PLAIN[5:12]}, method="pca"))
    legend = figure.legends[0]
    assert [text.get_text() for text in legend.get_texts()] == ["a $x", "b"]
    faces = figure.axes[0].collections[0].get_facecolors()
    assert len({tuple(face) for face in faces[:5]}) == 1
    assert tuple(faces[0]) != tuple(faces[5])


def test_very_many_groups_have_no_legend():
    groups = {f"g{row}": [word] for row, word in enumerate(PLAIN)}
    figure, _ = draw(made(PLAIN).map(groups=groups, method="pca"))
    assert figure.legends == []


def test_drawn_labels_do_not_overlap():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure, _ = draw(made([f"label number {row}" for row in range(200)]).map(method="pca"))
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts]
    assert 20 < len(boxes) < 200
    for number, box in enumerate(boxes):
        for other in boxes[:number]:
            # A pixel for the rounding of glyphs.
            assert (min(box.x1, other.x1) - max(box.x0, other.x0) < 1
                    or min(box.y1, other.y1) - max(box.y0, other.y0) < 1)  # fmt: skip


def test_in_a_crowd_the_commonest_words_keep_their_labels():
    figure, _ = draw(made([f"label number {row}" for row in range(300)]).map(method="pca"))
    ranks = [int(text.split()[-1]) for text in drawn_texts(figure)]
    assert {0, 1, 2, 3, 4} <= set(ranks)
    assert np.mean(ranks) < 150


def test_hostile_words_are_drawn_as_they_are(tmp_path):
    words = [*HOSTILE, "$\\frac{", "\\alpha", "%", "_^"]
    found = made(words).map(method="pca")
    assert found.words == words
    found.save(tmp_path / "map.svg")
    text = (tmp_path / "map.svg").read_text(encoding="utf-8")
    tags = {element.tag.rsplit("}", 1)[1] for element in ElementTree.fromstring(text).iter()}
    about = {"metadata", "RDF", "Work", "type", "date", "format", "creator", "Agent", "title"}
    assert tags <= {"svg", "g", "defs", "path", "use", "style", "clipPath", "rect"} | about
    found.save(tmp_path / "map.pdf")


def test_what_cannot_be_drawn_is_replaced():
    assert printable("a\tb\u2028c\udce4\u202e") == "a\N{REPLACEMENT CHARACTER}b" + (
        "\N{REPLACEMENT CHARACTER}c" + "\N{REPLACEMENT CHARACTER}" * 2
    )
    assert printable("ordinary 苹果 $") == "ordinary 苹果 $"


def cjk_font():
    return not find_fonts(["苹果"]).missing


def test_chinese_is_drawn_with_an_installed_font():
    if not cjk_font():
        pytest.skip("needs a font with Chinese glyphs")
    found = find_fonts(["king", "苹果", "包袱"])
    assert found.families[0] == BASE
    assert len(found.families) > 1
    assert found.draws("苹果")
    figure, notes = draw(made(["苹果", "king", "包袱"]).map(method="pca"))
    assert notes == []
    assert set(drawn_texts(figure)) == {"苹果", "king", "包袱"}


def test_without_a_font_no_boxes_are_drawn_and_one_is_named(monkeypatch):
    base = fonts_module._installed()[BASE]
    monkeypatch.setattr(fonts_module, "_installed", lambda: {BASE: base, "Last Resort": base})
    figure, notes = draw(made(["苹果", "king", "包袱"]).map(method="pca"))
    assert drawn_texts(figure) == ["king"]
    assert len(figure.axes[0].collections[0].get_offsets()) == 3
    assert notes == [
        "2 words have no label: no installed font has their characters; install a font that has "
        "them, such as Noto Sans CJK (Debian and Ubuntu: fonts-noto-cjk)"
    ]


def test_a_font_of_boxes_is_never_chosen(monkeypatch):
    base = fonts_module._installed()[BASE]
    installed = {BASE: base, "Last Resort High-Efficiency": "boxes.ttf"}
    held = {base: frozenset("abc"), "boxes.ttf": frozenset("苹果")}
    monkeypatch.setattr(fonts_module, "_installed", lambda: installed)
    monkeypatch.setattr(fonts_module, "_characters", held.__getitem__)
    assert find_fonts(["苹果"]).families == [BASE]


@pytest.mark.parametrize(
    ("character", "font"),
    [("苹", "Noto Sans CJK"), ("か", "Noto Sans CJK"), ("한", "Noto Sans CJK"),
     ("ก", "Noto Sans Thai"), ("ჯ", "Noto Sans Georgian"), ("🍎", "Noto Sans Symbols")],
)  # fmt: skip
def test_the_advice_names_the_scripts_font(character, font):
    assert re.match(f"install a font that has them, such as {font}", advice(character))


def test_colours_begin_anew_after_the_last():
    assert colour_of(0) == colour_of(len(CATEGORIES)) != colour_of(1)
    assert darker("#ffffff", 0.5) == "#808080"


def test_a_missing_matplotlib_is_named(monkeypatch, tmp_path):
    import sys

    found = made(PLAIN).map(method="pca")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ResourceError, match=r"pip install 'fastvec\[plot\]'"):
        found.save(tmp_path / "map.png")


def test_a_missing_scikit_learn_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)
    with pytest.raises(ResourceError, match="t-SNE needs scikit-learn"):
        made(PLAIN).map()
