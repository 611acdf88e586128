from __future__ import annotations

import json
import re

import pytest

PCA = ("--method", "pca")


def data_of(path):
    return json.loads(
        re.search(
            r'type="application/json">(.*?)</script>', path.read_text(encoding="utf-8"), re.S
        )[1]
    )


@pytest.mark.parametrize(
    ("name", "begin"), [("m.png", b"\x89PNG"), ("m.svg", b"<?xml"), ("m.pdf", b"%PDF")]
)
def test_pictures(run, trained, name, begin):
    pytest.importorskip("matplotlib")
    result = run("plot", trained, "-o", name, "--top", 20, *PCA)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"20 words drawn: {name}\n"
    assert (run.folder / name).read_bytes().startswith(begin)


def test_the_commonest_words_are_drawn_unless_others_are_named(run, trained):
    import fastvec

    words = fastvec.load(trained).words
    run("plot", trained, "-o", "a.html", "--top", 15, *PCA)
    assert data_of(run.folder / "a.html")["words"][:15] == words[:15]
    run("plot", trained, words[30], words[40], "-o", "b.html", *PCA)
    assert data_of(run.folder / "b.html")["words"][:2] == [words[30], words[40]]
    run("plot", trained, "-o", "c.html", "--neighbors-of", words[3], "--neighbors-of", words[9],
        "--top", 4, *PCA)  # fmt: skip
    assert data_of(run.folder / "c.html")["groupNames"] == [words[3], words[9]]
    run("plot", trained, "-o", "d.html", "--limit", 12, *PCA)
    assert data_of(run.folder / "d.html")["words"] == words[:12]


def test_groups_come_from_a_file(run, trained):
    import fastvec

    a, b, c = fastvec.load(trained).words[5:8]
    (run.folder / "groups.txt").write_text(f": first\n{a} {b}\n: second\n{c}\n")
    result = run("plot", trained, "-o", "m.html", "--groups", "groups.txt", *PCA)
    assert result.exit_code == 0, result.stderr
    data = data_of(run.folder / "m.html")
    assert (data["groups"], data["groupNames"]) == ([0, 0, 1], ["first", "second"])
    refused = run("plot", trained, "-o", "n.html", "--groups", "missing.txt", *PCA)
    assert refused.exit_code == 1
    assert "missing.txt" in refused.stderr


def test_five_words_can_be_drawn(run, trained):
    """O4: t-SNE's usual perplexity is an error for few words."""
    pytest.importorskip("sklearn")
    result = run("plot", trained, "--top", 5, "-o", "m.html", "--json")
    facts = json.loads(result.stdout)
    assert facts["method"] == "tsne"
    assert facts["perplexity"] == pytest.approx(4 / 3)
    assert facts["caption"] == "5 words (commonest words) · t-SNE, perplexity 1.33, seed 1"
    few = run("plot", trained, "--top", 3, "-o", "n.html")
    assert "Note: t-SNE needs 4 words or more" in few.stderr


def test_a_perplexity_that_misleads_is_refused(run, trained):
    result = run("plot", trained, "--top", 10, "-o", "m.html", "--perplexity", 5)
    assert result.exit_code == 2
    assert "--perplexity must be 1 to 3 for 10 words, but is 5" in result.stderr
    assert not (run.folder / "m.html").exists()


def test_an_existing_file_is_kept(run, trained):
    (run.folder / "m.html").write_text("mine")
    refused = run("plot", trained, "-o", "m.html", *PCA)
    assert refused.exit_code == 2
    assert "m.html exists; replace it with --overwrite" in refused.stderr
    assert (run.folder / "m.html").read_text() == "mine"
    assert run("plot", trained, "-o", "m.html", "--overwrite", *PCA).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [(("-o", "m.txt"), 2, "a map is written as .png, .svg, .pdf, .html"),
     (("-o", "no/m.png"), 1, "the folder no does not exist; make it first"),
     ((), 2, "Missing option"),
     (("xyzzy", "-o", "m.html"), 1, "'xyzzy' is not among the"),
     (("-o", "m.html", "--top", 0), 2, "--top")],
)  # fmt: skip
def test_wrong_usage(run, trained, arguments, code, reason):
    result = run("plot", trained, *arguments, *PCA)
    assert result.exit_code == code
    assert reason in result.stderr
    assert not list(run.folder.iterdir())


def test_unknown_words_can_be_left_out(run, trained):
    import fastvec

    word = fastvec.load(trained).words[4]
    result = run("plot", trained, word, "xyzzy", "-o", "m.html", "--oov", "skip", *PCA)
    assert result.exit_code == 0
    assert "Note: 1 word without a vector left out: xyzzy" in result.stderr
