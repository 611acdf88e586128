"""ELMo from the command line: a whole session, its stops, and what it refuses."""

from __future__ import annotations

import json
import re
import signal
import time

import numpy as np
import pytest

import fastvec
from fastvec.datasets import toy_world

h5py = pytest.importorskip("h5py", reason="needs the extra elmo")

TRAIN = ("train", "a.txt", "--model", "elmo", "--preset", "tiny", "--min-count", 1)


def text(number, seed=1):
    return "".join(" ".join(sentence) + "\n" for sentence in toy_world(seed, sentences=number))


@pytest.fixture(scope="module")
def elmo(tmp_path_factory):
    """Give a model folder."""
    folder = tmp_path_factory.mktemp("elmo") / "elmo.fastvec"
    model = fastvec.ELMo(preset="tiny", min_count=1, epochs=2)
    model.fit(toy_world(1, sentences=400)).save(folder)
    return folder


def test_fifty_sentences_are_trained_on_by_one_command(run):
    """L7: it stops after loading, since a count of tokens had to be given by hand."""
    (run.folder / "a.txt").write_text(text(50))
    (run.folder / "b.txt").write_text(text(20, seed=2))
    result = run(*TRAIN, "--validation", "b.txt", "--epochs", 2)
    assert result.exit_code == 0, result.output
    assert re.search(r"elmo\.fastvec: \d+ words x 32, .* softmax loss \d", result.stdout)
    assert re.search(
        r"held-out perplexity: [\d.]+ \(forward [\d.]+, backward [\d.]+\) over \d+ words, with "
        r"[\d.]+% of the text outside of them", result.stdout,
    )  # fmt: skip
    assert re.search(r"epoch 2/2, .* softmax loss .* perplexity [\d.]+", result.stderr)
    assert run("neighbors", "elmo.fastvec", "the", "-n", 2).exit_code == 0


def test_the_history_is_printed_as_json(run):
    (run.folder / "a.txt").write_text(text(50))
    result = run(*TRAIN, "--validation", "a.txt", "--epochs", 1, "--json", "-q")
    (record,) = json.loads(result.stdout)["history"]
    assert record["perplexity"] == pytest.approx(
        (record["forward_perplexity"] + record["backward_perplexity"]) / 2
    )
    assert record["oov_rate"] == 0


def test_a_rate_that_is_far_too_large_is_said_in_a_line(run):
    """D12."""
    (run.folder / "a.txt").write_text(text(50))
    result = run(*TRAIN, "--learning-rate", 100, "--epochs", 20)
    assert result.exit_code == 1
    assert "training diverged in epoch" in result.stderr
    assert "at learning rate 100" in result.stderr


def test_a_killed_training_ends_at_the_same_bytes(spawn, run_process, tmp_path):
    (tmp_path / "a.txt").write_text(text(400))
    settings = (*TRAIN, "--epochs", 30, "--dropout", 0.1, "--threads", 2)
    assert run_process(*settings, "-o", "whole.fastvec", "-q")[0] == 0
    killed = spawn(*settings, "-o", "m.fastvec", "--checkpoint-every", "0.05s", "-q")
    config = tmp_path / "m.fastvec" / "config.json"
    deadline = time.monotonic() + 60
    while not config.exists() and killed.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    code, _, errors = run_process(*settings, "-o", "m.fastvec", "--resume", "-q", "--threads", 1)
    assert code == 0, errors
    whole, again = (fastvec.load_model(tmp_path / f"{name}.fastvec") for name in ("whole", "m"))
    assert len(again.history) == 30
    for name, array in whole.tensors.items():
        assert np.array_equal(array, again.tensors[name]), name
    assert not again.unfinished


def test_ctrl_c_leaves_what_can_be_resumed(spawn, run_process, tmp_path):
    (tmp_path / "a.txt").write_text(text(400))
    process = spawn(*TRAIN, "--epochs", 400, "--log-json", "log.json", "-q")
    deadline = time.monotonic() + 60
    log = tmp_path / "log.json"
    while time.monotonic() < deadline and not (log.exists() and "training" in log.read_text()):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "stopped by Ctrl-C" in errors
    assert "Traceback" not in errors
    assert fastvec.load_model(tmp_path / "elmo.fastvec").unfinished


@pytest.mark.parametrize("ending", ["h5", "npz"])
def test_sentences_are_embedded_into_a_file(run, elmo, ending):
    lines = [*toy_world(3, sentences=6), [], ["zork"]]
    (run.folder / "s.txt").write_text("".join(" ".join(line) + "\n" for line in lines))
    result = run("embed", elmo, "s.txt", "-o", f"v.{ending}")
    assert result.exit_code == 0, result.output
    assert re.match(rf"v\.{ending}: 8 sentences, \d+ words", result.stdout)
    expected = fastvec.load_model(elmo).embed(lines)
    open_file = h5py.File if ending == "h5" else np.load
    with open_file(run.folder / f"v.{ending}") as file:
        assert set(file) == {str(i) for i in range(8)}
        for number, vectors in enumerate(expected):
            assert file[str(number)].shape == vectors.shape
            np.testing.assert_allclose(file[str(number)][...], vectors, atol=1e-5)
    assert run("embed", elmo, "s.txt", "-o", f"v.{ending}").exit_code == 2


def test_layers_mixes_states_and_cache_are_options(run, elmo):
    lines = toy_world(3, sentences=5)
    (run.folder / "s.txt").write_text("".join(" ".join(line) + "\n" for line in lines))
    model = fastvec.load_model(elmo)
    cases = {
        ("--layers", "-1"): model.embed(lines, -1),
        ("--layers", "mix"): model.embed(lines, "mix"),
        ("--weights", "0.2,0.8", "--gamma", "2"): model.embed(
            lines, "mix", weights=(0.2, 0.8), gamma=2.0
        ),
        ("--stateful",): model.embed(lines, return_state=True)[0],
        ("--cache", "c"): model.embed(lines),
        ("--cache", "c", "--json"): model.embed(lines),
    }
    for number, (options, expected) in enumerate(cases.items()):
        result = run("embed", elmo, "s.txt", "-o", f"{number}.npz", *options)
        assert result.exit_code == 0, result.output
        with np.load(run.folder / f"{number}.npz") as file:
            for place, vectors in enumerate(expected):
                np.testing.assert_allclose(file[str(place)], vectors, atol=1e-5)
    assert "cache: 5 of 5 sentences were in c" in result.stderr


def test_sentences_come_from_standard_input_and_packed_files(run, elmo):
    import gzip

    piped = run("embed", elmo, "-", "-o", "v.npz", "--json", stdin="a b\nc\n")
    assert json.loads(piped.stdout)["words"] == 3
    (run.folder / "s.gz").write_bytes(gzip.compress(b"a b c"))
    assert "1 sentences, 3 words" in run("embed", elmo, "s.gz", "-o", "w.npz").stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("-o", "v.txt"), "output must end in .h5, .hdf5 or .npz"),
        (("-o", "v.h5", "--layers", "7"), "layers must be 'all', 'mix' or a number from 0 to 1"),
        (("-o", "v.h5", "--layers", "top"), "--layers must be all, mix or the number of a layer"),
        (("-o", "v.h5", "--weights", "1;2"), "--weights must be numbers with commas"),
        (("-o", "v.h5", "--weights", "1,2,3"), "weights must be 2 finite numbers"),
        (("-o", "v.h5", "--stateful", "--cache", "c"), "--cache has no use with --stateful"),
    ],
)
def test_options_of_embed_that_do_not_fit_are_refused(run, elmo, options, message):
    (run.folder / "s.txt").write_text("a b\n")
    result = run("embed", elmo, "s.txt", *options)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert not (run.folder / "v.h5").exists()


def test_embed_wants_a_folder_of_elmo(run, trained):
    (run.folder / "s.txt").write_text("a b\n")
    for model in (trained, run.folder / "s.txt"):
        result = run("embed", model, "s.txt", "-o", "v.h5")
        assert result.exit_code == 1
        assert "ELMo" in result.output


@pytest.mark.slow
def test_twelve_thousand_sentences_fit_a_gigabyte(elmo, run_process, tmp_path):
    """M6: the data set in one batch eats all memory."""
    (tmp_path / "s.txt").write_text(text(12_000))
    limit = "import resource; resource.setrlimit(resource.RLIMIT_DATA, (10**9, 10**9)); "
    code, output, errors = run_process(
        "embed", elmo, "s.txt", "-o", "v.h5", "--threads", 2,
        code=f"{limit}import sys; from fastvec_cli.main import main; main()",
    )  # fmt: skip
    assert code == 0, errors
    assert output.startswith("v.h5: 12,000 sentences")


def test_a_gap_is_filled(run, elmo):
    result = run("predict", elmo, "a zork of __ juice", "-n", 3, "--json")
    answer = json.loads(result.stdout)
    model = fastvec.load_model(elmo)
    assert [tuple(a) for a in answer["answers"]] == model.predict("a zork of __ juice", 3)
    assert answer["unknown"] == ["zork"]
    assert "unknown words are read as <unk>: zork" in result.stderr
    refused = run("predict", elmo, "a __", "--window", 3)
    assert refused.exit_code == 2
    assert "--window has no use with ELMo" in refused.output


def test_a_model_is_converted_to_files_of_bilm_and_back(run, elmo):
    """L9: where do I get options and weights of my model?"""
    there = run("convert", elmo, "bilm")
    assert there.exit_code == 0, there.output
    assert "1 layers of 64 cells, projection 32, input words, written to bilm" in there.stdout
    assert "other readers: the model reads words" in there.stderr
    assert {path.name for path in (run.folder / "bilm").iterdir()} == {
        "options.json", "weights.hdf5", "vocabulary.txt",
    }  # fmt: skip
    assert run("convert", "bilm", "again.fastvec").exit_code == 0
    one, other = fastvec.load_model(elmo), fastvec.load_model(run.folder / "again.fastvec")
    for ours, theirs in zip(one.embed([["the", "a"]]), other.embed([["the", "a"]]), strict=True):
        assert np.array_equal(ours, theirs)
    assert run("convert", elmo, "bilm").exit_code == 1
    assert run("convert", elmo, "bilm", "--overwrite").exit_code == 0
    vectors = run("convert", elmo, "v.txt")
    assert re.match(r"\d+ words of 32 numbers written to v\.txt", vectors.stdout)


def test_a_plan_names_memory_and_time(run):
    (run.folder / "a.txt").write_text(text(50))
    sizes = ("--dim", 512, "--cells", 4096, "--optimiser", "adagrad")
    result = run("plan", "a.txt", "--model", "elmo", *sizes, "--json")
    plan = json.loads(result.stdout)
    (layers,) = (size for name, size in plan["memory"].items() if name.startswith("2 layers"))
    # Kernel, bias and projection of four layers; each with gradient and sums.
    assert layers == 4 * 3 * 4 * (1024 * 16384 + 16384 + 4096 * 512)
    assert plan["seconds"] > 0


def test_presets_are_shown_and_belong_to_elmo(run):
    (run.folder / "a.txt").write_text(text(50))
    shown = run(*TRAIN, "--epochs", 0)
    assert "preset tiny: layers 1, cells 64, dim 32" in shown.stderr
    refused = run("train", "a.txt", "--model", "skipgram", "--preset", "small")
    assert refused.exit_code == 2
    assert "preset 'small' has no settings for --model skipgram" in refused.output


def test_a_model_is_the_start_of_another(run, elmo):
    (run.folder / "a.txt").write_text(text(50, seed=5) + "new words here\n" * 3)
    result = run(*TRAIN, "--epochs", 1, "--init", elmo)
    assert result.exit_code == 0, result.output
    assert "init: the encoder is that of the model" in result.stderr
    refused = run(*TRAIN, "--epochs", 1, "--init", elmo, "--dim", 8, "-o", "other")
    assert refused.exit_code == 2
    assert "--dim must be that of the model of init, 32, but is 8" in refused.output
