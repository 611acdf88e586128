from __future__ import annotations

import re
from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastvec.models.configs import NO_LIMIT, SkipGramConfig

READERS = (["build-vocab"], ["plan", "--model", "skipgram"], ["train", "--model", "skipgram"])


def refused(result, code):
    """Check an error: its code, one message on stderr, no results."""
    assert result.exit_code == code
    assert result.stdout == ""
    (message,) = re.findall(r"^Error: (.*)", result.stderr, re.M)
    assert "object at 0x" not in message
    return message


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no words"),
        (b" \n\t\n\r\n\xc2\xa0\n", "holds no words"),
        (b"ab\0cd" * 50, "looks like a binary file"),
        (b"\x7fELF" + bytes(100), "looks like a program"),
        (b"\xff\xfea\0b\0", "iconv -f utf-16 -t utf-8"),
    ],
)
def test_a_file_without_text_is_named(run, reader, content, reason):
    (run.folder / "a.txt").write_bytes(content)
    message = refused(run(*reader, "a.txt"), 1)
    assert message.startswith(f"{run.folder / 'a.txt'}: ")
    assert reason in message
    assert {path.name for path in run.folder.iterdir()} == {"a.txt"}


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_standard_input_is_named(run, reader):
    assert refused(run(*reader, "-", stdin=""), 1) == "standard input: holds no words"


@pytest.mark.parametrize("reader", READERS)
def test_a_missing_file_is_named(run, reader):
    assert refused(run(*reader, "none.txt"), 1).startswith("none.txt: no such file or folder")


@pytest.mark.parametrize("reader", READERS)
def test_a_folder_without_files_is_named(run, reader):
    (run.folder / "empty").mkdir()
    assert "the folder holds no files" in refused(run(*reader, "empty"), 1)


@pytest.mark.parametrize("reader", READERS)
def test_an_unreadable_file_is_named(run, reader, monkeypatch):
    (run.folder / "a.txt").write_text("text")
    # Permissions do not hold for root, who may be running this.
    monkeypatch.setattr("os.access", lambda *_: False)
    assert "a.txt: permission denied" in refused(run(*reader, "a.txt"), 1)


@pytest.mark.parametrize("name", ["build-vocab", "plan"])
def test_a_command_without_a_corpus_asks_for_one(run, name):
    more = ["--model", "skipgram"] if name == "plan" else []
    assert "Name a corpus" in refused(run(name, *more), 2)


def test_a_workspace_that_is_a_file_is_refused(run):
    (run.folder / "a.txt").write_text("text")
    assert "'a.txt' is a file" in refused(run("build-vocab", "a.txt", "-w", "a.txt"), 2)


@pytest.mark.parametrize("name", ["plan", "train"])
@pytest.mark.parametrize(
    "item",
    [item for item in fields(SkipGramConfig) if item.metadata["low"] > -1e300],
    ids=lambda item: item.name,
)
def test_a_number_outside_its_range_names_option_and_range(run, name, item):
    (run.folder / "a.txt").write_text("some text")
    option = f"--{item.name.replace('_', '-')}"
    beyond = item.metadata["low"] - 1
    message = refused(run(name, "a.txt", "--model", "skipgram", option, beyond), 2)
    low, high = item.metadata["low"], item.metadata["high"]
    span = f"between {low:,} and {high:,}" if high < NO_LIMIT else f"at least {low}"
    assert message == f"{option} must be {span}, but is {beyond}"
    assert not (run.folder / "fastvec-data").exists()


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_what_is_no_finite_number_is_refused(run, value):
    message = refused(run("train", "--model", "skipgram", "--learning-rate", value), 2)
    assert message.startswith("--learning-rate must be between")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dim", "x"], "'x' is not a valid integer"),
        (["--unk", "maybe"], "'maybe' is not one of 'none', 'trained', 'mean'"),
        (["--model", "bert"], "'bert' is not"),
        (["--nope"], "No such option '?--nope"),
    ],
)
def test_other_wrong_values_are_clicks_to_explain(run, arguments, message):
    assert re.search(message, refused(run("train", "--model", "skipgram", *arguments), 2))


@pytest.mark.parametrize(
    ("arguments", "span"),
    [
        (["--min-count", "0"], "at least 1"),
        (["--max-size", "0"], "between 1 and"),
        (["--threads", "0"], "between 1 and 1024"),
    ],
)
def test_build_vocab_checks_its_numbers_before_it_reads(run, arguments, span):
    (run.folder / "a.txt").write_text("some text")
    message = refused(run("build-vocab", "a.txt", *arguments), 2)
    assert message.startswith(f"{arguments[0]} must be {span}")
    assert not (run.folder / "fastvec-data").exists()


def test_divergence_writes_no_model(run, english):
    (run.folder / "a.txt").write_text(english)
    result = run("train", "a.txt", "--model", "skipgram", "--learning-rate", "1e5")
    assert result.exit_code == 1
    assert "training diverged in epoch 1" in result.stderr
    assert "Try a smaller learning rate" in result.stderr
    assert not (run.folder / "skipgram.fastvec").exists()


def test_memory_that_is_not_there_is_refused_with_the_figure(run, english, monkeypatch):
    (run.folder / "a.txt").write_text(english)
    monkeypatch.setattr("fastvec.models.plan.available_memory", lambda: 1_000_000)
    result = run("train", "a.txt", "--model", "skipgram")
    assert result.exit_code == 1
    assert re.search(r"training needs \d+ MB of memory \(\d+ bytes\), but 1 MB", result.stderr)
    assert not (run.folder / "skipgram.fastvec").exists()


def test_ctrl_c_before_anything_is_learned_writes_nothing(run, english, monkeypatch):
    import fastvec

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    (run.folder / "a.txt").write_text(english)
    monkeypatch.setattr(fastvec.SkipGram, "fit", interrupt)
    result = run("train", "a.txt", "--model", "skipgram")
    message = refused(result, 1)
    assert message == "stopped by Ctrl-C before training began; nothing was written"
    assert not (run.folder / "skipgram.fastvec").exists()


WORD = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
NAMES = st.sampled_from(["build-vocab", "plan", "train", "neighbors", "similarity", "analogy"])
FLAGS = st.sampled_from(
    ["--model", "skipgram", "a.txt", "v.txt", "-o", "-w", "--dim", "--epochs", "0", "1", "-1",
     "--json", "-n", "--threads", "--unk", "-", "--", "*", "--oov", "a", "1e999", "--overwrite"]
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=NAMES, arguments=st.lists(FLAGS | WORD, max_size=7))
def test_nonsense_never_ends_in_a_traceback(run, name, arguments):
    (run.folder / "a.txt").write_text("a b\n" * 9)
    (run.folder / "v.txt").write_text("a 1 2\nb 2 1\n")
    result = run(name, *arguments, stdin="a b a")  # Raises what is no message.
    assert result.exit_code in (0, 1, 2)
    assert "Traceback" not in result.output
