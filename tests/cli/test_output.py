from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.progress import Progress
from fastvec_cli.output import (
    SHORTEST_BAR,
    count,
    describe,
    display_width,
    duration,
    print_table,
    reporter,
    warn,
)


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


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("苹果", 4), ("é", 1), ("e\u0301", 1), ("ก็", 1), ("a\u200b\u202eb", 2), ("🍎", 2)],
)
def test_the_width_of_a_text_is_in_columns(text, columns):
    assert display_width(text) == columns


def test_a_table_aligns_wide_characters_on_both_sides(capsys):
    print_table([("苹果", "1", "x"), ("a", "一二", "y")], "<><", indent=1)
    assert capsys.readouterr().out == " 苹果     1  x\n a     一二  y\n"


def test_a_word_cannot_command_the_terminal(capsys):
    print_table([("\x1b[31mred", "\x9b2J"), ("a\x07", "\x7f")], "<<")
    warn("'\x1b]0;title\x07' is unknown")
    shown = "".join(capsys.readouterr())
    assert "red" in shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)


def test_progress_names_epoch_speed_loss_and_rate():
    event = Progress(stage="training", done=1, total=4, epoch=2, epochs=5, objective="ns", loss=1.5,
                     learning_rate=0.0123, words_per_second=1234.0)  # fmt: skip
    assert describe(event) == "epoch 2/5, 1,234 words/s, ns loss 1.5000, rate 0.012"


def test_progress_leaves_out_the_least_telling_where_columns_are_few():
    event = Progress(stage="training", done=1, total=4, epoch=2, epochs=5, objective="ns",
                     loss=1.5, validation_loss=1.75, learning_rate=0.0123,
                     words_per_second=1.5e6)  # fmt: skip
    whole = "epoch 2/5, 1.50 M words/s, ns loss 1.5000, held-out 1.7500, rate 0.012"
    assert describe(event) == describe(event, len(whole)) == whole
    assert describe(event, len(whole) - 1) == whole.removesuffix(", rate 0.012")
    assert describe(event, 43) == "epoch 2/5, ns loss 1.5000, held-out 1.7500"
    assert describe(event, 27) == "epoch 2/5, ns loss 1.5000"
    assert describe(event, 1) == "epoch 2/5"


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
        "training:  50% epoch 1/2, 3.0 s left",
    ]


def test_quiet_progress_is_silent(capsys):
    with reporter(quiet=True) as callback:
        callback(Progress(stage="compiling", done=0, total=0))
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def on_terminal(tmp_path):
    """Run code or a command on a pseudo-terminal, as its stdout and stderr; return its lines."""
    if sys.platform == "win32":
        pytest.skip("needs a pseudo-terminal")
    import termios

    def call(*arguments, columns=80, **environment):
        ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (24, columns))
        subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, stdout=theirs, stderr=theirs, timeout=100,
            check=True, env={**os.environ, "TERM": "xterm", **environment},
        )  # fmt: skip
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += os.read(ours, 1 << 16)
            except OSError:  # Linux's way to say that all is read.
                break
        os.close(ours)
        return [Screen(line) for line in shown.decode().replace("\r\n", "\n").split("\n")]

    return call


class Screen(str):
    """A line as it was sent, with all that was written over."""

    @property
    def states(self):
        """What the line showed, one after another."""
        return [state.rstrip() for state in self.split("\r")]

    @property
    def last(self):
        """What stays."""
        return next((state for state in reversed(self.states) if state), "")


def test_on_a_terminal_there_is_a_bar_as_wide_as_it(on_terminal, tmp_path, english):
    (tmp_path / "a.txt").write_text(english)
    for columns in (60, 80, 120):
        lines = on_terminal("-m", "fastvec_cli", "train", "a.txt", "--model", "skipgram",
                            "--overwrite", columns=columns)  # fmt: skip
        (bar,) = [line for line in lines if line.last.startswith("training")]
        assert re.match(r"training 100%\|█+\| 00:00 left, epoch 5/5", bar.last)
        assert ("ns loss" in bar.last) == (columns > 60)
        assert bar.last.count("█") >= SHORTEST_BAR
        assert max(map(display_width, bar.states)) <= columns
        assert not any("Traceback" in line for line in lines)


TALKING = """
from fastvec.progress import Progress
from fastvec_cli.output import note, reporter, say, warn
with reporter(quiet=False) as callback:
    callback(Progress(stage="reading", done=1, total=4))
    note("a note"); warn("a warning"); say("a result")
    callback(Progress(stage="training", done=1, total=4, epoch=1, epochs=2, validation_loss=2.5,
                      epoch_ended=True))
    callback(Progress(stage="training", done=4, total=4, epoch=2, epochs=2))
"""


def test_what_is_said_meanwhile_stands_on_lines_of_its_own(on_terminal):
    stays = [line.last for line in on_terminal("-c", TALKING) if line.last]
    told = ["a note", "Note: a warning", "a result"]
    assert [re.sub("\x1b.*?m", "", line) for line in stays[:3]] == told
    assert stays[3].startswith("reading 100%|")
    assert stays[4] == "epoch 1/2, held-out 2.5000"
    assert stays[5].startswith("training 100%|")
    assert len(stays) == 6


LONG = """
from fastvec_cli.output import print_table
print_table([("settings", "seed=1, " * 30), ("苹果", "b")], "<<")
"""


def test_a_long_last_column_is_broken_between_words(on_terminal, run_process):
    lines = on_terminal("-c", LONG, columns=60)
    assert len(lines) > 4
    assert max(map(len, lines)) <= 60
    assert lines[0].startswith("settings  seed=1, ")
    assert all(line.startswith(" " * 10 + "seed=1,") for line in lines[1:-2])
    assert run_process(code=LONG)[1].count("\n") == 2


HINT = """
import sys
from fastvec_cli import main
sys.argv = ["fastvec", "similarity", "v.txt", "a", "b", "--oov", "zero"]
main.main()
"""


def test_colours_are_for_terminals_that_want_them(on_terminal, tmp_path, run_process):
    (tmp_path / "v.txt").write_text("a 1 2\n")
    assert "\x1b[33mNote: \x1b[0m" in "".join(on_terminal("-c", HINT))
    assert "\x1b" not in "".join(on_terminal("-c", HINT, NO_COLOR="1"))
    assert "\x1b" not in "".join(run_process(code=HINT)[1:])
