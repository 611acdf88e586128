from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.progress import Progress
from fastvec_cli.output import count, describe, display_width, duration, print_table, reporter


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (10.6, "11 s"), (60, "1 min 00 s"), (119.6, "2 min 00 s"),
     (3599, "59 min 59 s"), (7260, "2 h 01 min")],
)  # fmt: skip
def test_durations_are_for_people(seconds, text):
    assert duration(seconds) == text


@given(st.floats(0, 1e7))
def test_a_duration_never_shows_sixty(seconds):
    assert "60" not in re.findall(r"(\d+) (?:s|min)\b", duration(seconds))


def test_counts_have_separators():
    assert count(1234567.4) == "1,234,567"


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("苹果", 4), ("é", 1), ("e\u0301", 1)])
def test_the_width_of_a_text_is_in_columns(text, columns):
    assert display_width(text) == columns


def test_a_table_aligns_wide_characters_on_both_sides(capsys):
    print_table([("苹果", "1", "x"), ("a", "一二", "y")], "<><", indent=1)
    assert capsys.readouterr().out == " 苹果     1  x\n a     一二  y\n"


def test_progress_names_epoch_speed_loss_and_rate():
    event = Progress(stage="training", done=1, total=4, epoch=2, epochs=5, objective="ns", loss=1.5,
                     learning_rate=0.0123, words_per_second=1234.0)  # fmt: skip
    assert describe(event) == "epoch 2/5, 1,234 words/s, ns loss 1.5000, rate 0.012"


def test_without_a_terminal_progress_is_plain_lines(capsys):
    with reporter(quiet=False) as callback:
        callback(Progress(stage="compiling", done=0, total=0))
        callback(Progress(stage="training", done=1, total=4, epoch=1, epochs=2))
        callback(Progress(stage="training", done=2, total=4, epoch=1, epochs=2, epoch_ended=True,
                          seconds_left=3.0))  # fmt: skip
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "compiling (once, some seconds) ...",
        "training:  50% epoch 1/2, 0 words/s, 3.0 s left",
    ]


def test_quiet_progress_is_silent(capsys):
    with reporter(quiet=True) as callback:
        callback(Progress(stage="compiling", done=0, total=0))
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_there_is_a_bar(tmp_path, english):
    (tmp_path / "a.txt").write_text(english)
    import termios

    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    result = subprocess.run(
        [sys.executable, "-m", "fastvec_cli", "train", "a.txt", "--model", "skipgram"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, timeout=100, text=True, check=True,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 1 << 16)
        except OSError:  # Linux's way to say that all is read.
            break
    os.close(ours)
    text = shown.decode()
    assert re.search(r"training 100%\|█+\| 00:00 left, epoch 5/5, .*, ns loss \d\.\d{4}", text)
    assert "Traceback" not in text
    assert result.stdout.startswith("skipgram.fastvec: ")
    assert result.stdout.count("\n") == 1
