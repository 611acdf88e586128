from __future__ import annotations

import json

import pytest


def test_the_table_has_a_row_an_epoch(run, trained):
    result = run("history", trained)
    head, titles, *rows = result.stdout.splitlines()
    assert head == f"{trained}: skipgram, 5 epochs"
    assert titles.split() == ["epoch", "loss", "rate", "words/s", "time"]
    assert [row.split()[0] for row in rows] == ["1", "2", "3", "4", "5"]
    assert float(rows[-1].split()[1]) < float(rows[0].split()[1])


def test_held_out_loss_has_a_column_of_its_own(run, english):
    (run.folder / "a.txt").write_text(english)
    run("train", "a.txt", "--model", "cbow", "--epochs", "2", "--validation", "a.txt")
    assert "  held-out  " in run("history", "cbow.fastvec").stdout


def test_json_holds_the_whole_history(run, trained):
    facts = json.loads(run("history", trained, "--json").stdout)
    assert (facts["kind"], facts["finished"], facts["picture"]) == ("skipgram", True, None)
    assert [record["epoch"] for record in facts["history"]] == [1, 2, 3, 4, 5]
    assert {"loss", "learning_rate", "words_per_second"} <= set(facts["history"][0])


@pytest.mark.parametrize("name", ["h.png", "h.svg", "h.pdf"])
def test_a_picture_is_drawn_on_request(run, trained, name):
    pytest.importorskip("matplotlib", reason="needs Matplotlib")
    result = run("history", trained, "-o", name)
    assert result.stdout.endswith(f"drawn: {name}\n")
    assert (run.folder / name).stat().st_size > 1000


def test_an_existing_file_is_kept_without_overwrite(run, trained):
    (run.folder / "h.png").write_text("mine")
    result = run("history", trained, "-o", "h.png")
    assert result.exit_code == 2
    assert "h.png exists; replace it with --overwrite" in result.stderr
    assert (run.folder / "h.png").read_text() == "mine"


def test_a_wrong_ending_is_refused_before_any_work(run, trained):
    result = run("history", trained, "-o", "h.txt")
    assert result.exit_code == 2
    assert "h.txt: a history is drawn as .png, .svg, .pdf; choose one of these" in result.stderr


def test_a_file_of_vectors_has_no_history(run):
    (run.folder / "v.txt").write_text("a 1 2\n")
    result = run("history", "v.txt")
    assert result.exit_code == 1
    assert "only model folders keep a history" in result.stderr


def test_the_start_state_has_nothing_to_show(run, english):
    (run.folder / "a.txt").write_text(english)
    run("train", "a.txt", "--model", "skipgram", "--epochs", "0")
    result = run("history", "skipgram.fastvec")
    assert (result.exit_code, result.stdout) == (0, "skipgram.fastvec: skipgram, 0 epochs\n")
    drawn = run("history", "skipgram.fastvec", "-o", "h.png")
    assert "nothing was trained" in drawn.stderr
