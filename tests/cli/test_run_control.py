"""``fastvec train`` with a start, a held-out text, a log or the defaults of a peer."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import fastvec

LIGHT = ("--model", "skipgram", "--dim", "8", "--threads", "1")


@pytest.fixture
def text(run, english):
    lines = english.splitlines(keepends=True)
    (run.folder / "a.txt").write_text("".join(lines[:1200]))
    (run.folder / "held.txt").write_text("".join(lines[1200:]))


def settings_of(folder):
    return json.loads((folder / "config.json").read_text())["settings"]


def refused(result, code, message):
    assert result.exit_code == code, result.output
    assert re.search(message, result.stderr), result.stderr
    assert "Traceback" not in result.output


# The start state, and given starts


def test_no_epochs_write_the_start_state(run, text):
    """O3: see the vectors before training."""
    result = run("train", "a.txt", *LIGHT, "--epochs", "0", "--seed", "7", "-o", "m")
    assert result.exit_code == 0, result.stderr
    start = fastvec.SkipGram(dim=8, epochs=0, seed=7).fit(run.folder / "a.txt")
    saved = fastvec.load_model(run.folder / "m")
    assert saved.vectors.matrix.tobytes() == start.vectors.matrix.tobytes()
    assert not saved.context_vectors.any()
    assert saved.history == []


@pytest.mark.parametrize(("given", "layer"), [("v.txt", "new"), ("m", "that of the model")])
def test_a_start_says_what_it_takes_over(run, text, given, layer):
    """R2, R7: can one go on with a file of vectors? With its words, not with its output layer."""
    run("train", "a.txt", *LIGHT, "-o", "m")
    run("train", "a.txt", *LIGHT, "-o", "v.txt")
    (run.folder / "b.txt").write_text("newcomer the newcomer a\n" * 50)
    result = run("train", "b.txt", "-w", "b", *LIGHT, "--init", given, "-o", "n",
                 "--old-words", "keep", "--freeze-old")  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert f"are new (random); the output layer is {layer}\n" in result.stderr
    old, new = fastvec.load(run.folder / "m"), fastvec.load(run.folder / "n")
    assert set(new.words) == {*old.words, "newcomer"}
    shared = np.array([new[word] for word in old.words])
    assert shared == pytest.approx(old.matrix, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [(["--init", "none.txt"], 1, "^Error: none.txt"),
     (["--init", "held.txt"], 1, "^Error: held.txt"),
     (["--init", "v.txt", "--dim", "9"], 2, "have 3 numbers, but dim is 9; use --dim 3"),
     (["--freeze-old", "--updates", "hogwild"], 2, "--freeze-old must have updates 'ordered'"),
     (["--new-words", "drop"], 2, "is not one of 'random', 'mean', 'skip'"),
     (["--patience", "2"], 2, "patience needs a validation text"),
     (["--validation", "none.txt"], 2, "File 'none.txt' does not exist"),
     (["--checkpoint-every", "soon"], 2, "--checkpoint-every must be a number of epochs .2., a"),
     (["--checkpoint-every", "0"], 2, "--checkpoint-every must be"),
     (["--preset", "glove"], 2, "preset 'glove' has no settings for --model skipgram"),
     (["--preset", "koan"], 2, "'koan' is not one of")],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)  # fmt: skip
def test_what_cannot_be_is_refused(run, text, arguments, code, message):
    (run.folder / "v.txt").write_text("the 1 2 3\na 3 2 1\n")
    refused(run("train", "a.txt", *LIGHT, *arguments), code, message)
    assert not (run.folder / "skipgram.fastvec").exists()


# Held-out text


def test_the_best_epoch_is_named(run, text):
    result = run("train", "a.txt", *LIGHT, "--validation", "held.txt", "--epochs", "3")
    assert re.search(r"^best epoch: 3 of 3, held-out loss \d\.\d{4}$", result.stdout, re.M)
    assert len(re.findall(r"ns loss \d\.\d{4}, held-out \d\.\d{4}", result.stderr)) == 3


@pytest.mark.parametrize("patience", [None, "2"])
def test_a_best_epoch_that_is_not_the_last_is_kept_with_patience(run, text, patience):
    flags = ["--learning-rate", "0.2", "--final-rate", "1", "--sample", "0", "--epochs", "8"]
    flags += ["--patience", patience] if patience else []
    (run.folder / "few.txt").write_text((run.folder / "a.txt").read_text()[:3000])
    result = run("train", "few.txt", *LIGHT, "--min-count", "1", "--validation", "held.txt", *flags)
    assert result.exit_code == 0, result.stderr
    best, epochs, vectors = re.search(
        r"^best epoch: (\d) of (\d), held-out loss \d\.\d{4}; (.*)$", result.stdout, re.M
    ).groups()
    assert vectors == ("its vectors are kept" if patience else "--patience would keep its vectors")
    assert int(epochs) == (int(best) + 2 if patience else 8)


def test_the_held_out_text_is_read_as_the_corpus_is(run, text):
    shouted = (run.folder / "held.txt").read_text().upper()
    (run.folder / "shouted.txt").write_text(shouted)
    found = []
    for name in ("held.txt", "shouted.txt"):
        result = run("train", "a.txt", "--lowercase", *LIGHT, "--validation", name, "--json",
                     "--overwrite", "--epochs", "1")  # fmt: skip
        found.append(json.loads(result.stdout)["history"][0]["validation_loss"])
    assert found[0] == found[1] > 0


# The log


def test_the_log_is_lines_of_json(run, text):
    """I2: progress for a program."""
    train = ("train", "a.txt", *LIGHT, "--epochs", "2", "--validation", "held.txt", "--log-json")
    assert run(*train, "log", "--quiet").exit_code == 0
    events = [json.loads(line) for line in (run.folder / "log").read_text().splitlines()]
    ends = [event for event in events if event["epoch_ended"]]
    assert [(event["stage"], event["epoch"]) for event in ends] == [
        ("training", 1),
        ("training", 2),
    ]
    for event in ends:
        assert event["objective"] == "ns"
        for name in ("loss", "validation_loss", "learning_rate", "words_per_second"):
            assert event[name] > 0
    times = [event["time"] for event in events]
    assert times == sorted(times)
    run(*train, "log", "--quiet", "--overwrite")
    again = (run.folder / "log").read_text().splitlines()
    assert len(again) >= len(events) + 2  # A further run adds its lines.


def test_a_log_that_cannot_be_written_is_named(run, text):
    refused(run("train", "a.txt", *LIGHT, "--log-json", "no/such/log"), 1, "^Error: no/such/log")
    assert not (run.folder / "skipgram.fastvec").exists()


# Presets


def test_a_preset_is_said_and_explicit_options_win(run, text):
    """V5: comparisons that mix different defaults."""
    result = run("train", "a.txt", *LIGHT, "--preset", "fasttext", "--window", "3", "--seed", "9")
    assert result.exit_code == 0, result.stderr
    assert "preset fasttext: dim 100, window 5," in result.stderr
    assert "fastvec does not have: subword n-grams" in result.stderr
    settings = settings_of(run.folder / "skipgram.fastvec")
    assert (settings["dim"], settings["window"], settings["seed"]) == (8, 3, 9)
    assert (settings["sample"], settings["noise_exponent"]) == (1e-4, 0.5)
    assert (settings["learning_rate"], settings["threads"]) == (0.05, 1)


def test_a_preset_outweighs_what_build_vocab_was_told(run, text):
    run("build-vocab", "a.txt", "--min-count", "50", "--max-size", "30")
    run("train", *LIGHT, "--preset", "gensim")
    settings = settings_of(run.folder / "skipgram.fastvec")
    assert (settings["min_count"], settings["max_size"]) == (5, None)
