from __future__ import annotations

import json
import re
from dataclasses import fields

import click
import pytest

from fastvec.models.configs import SkipGramConfig
from fastvec.models.registry import CONFIGS

COMMANDS = (
    "demo", "build-vocab", "plan", "train", "neighbors", "similarity", "analogy", "odd-one-out",
    "evaluate", "predict", "embed", "tagger", "plot", "explore", "history", "convert", "inspect",
    "tokenize", "phrases", "info", "completion",
)  # fmt: skip


def options(command, name):
    found = command.get_command(None, name)
    return {o.name: o for o in found.params if isinstance(o, click.Option)}


def test_the_commands_stand_in_the_order_of_a_session(run, command):
    assert tuple(command.list_commands(None)) == COMMANDS
    listed = re.findall(r"^  ([a-z][a-z-]+)  ", run("--help").stdout, re.M)
    assert tuple(listed) == COMMANDS


def test_no_summary_is_cut_short(run):
    assert "..." not in run("--help").stdout.split("Commands:")[1]


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_ends_with_examples_on_their_own_lines(run, name, flag):
    result = run(name, flag)
    assert result.exit_code == 0
    assert re.search(rf"\n  Examples?:\n    .*fastvec {name}", result.stdout)
    assert "\\" not in result.stdout
    assert "\b" not in result.stdout


def test_without_a_command_the_help_is_shown(run):
    assert "Usage: fastvec" in run().output


def test_the_version_is_that_of_the_package(run):
    import fastvec

    assert run("--version").stdout == f"fastvec {fastvec.__version__}\n"


@pytest.mark.parametrize("name", ["plan", "train"])
def test_each_setting_is_an_option_whose_help_states_the_real_default(run, command, name):
    """I1: the texts of the peers state defaults that their code does not use."""
    text = " ".join(run(name, "--help").stdout.split())
    owners = {}
    for model, config in CONFIGS.items():
        for item in fields(config):
            owners.setdefault(item.name, {})[model] = item
    starts = {name: re.search(rf"--{name.replace('_', '-')} ", text).start() for name in owners}
    for setting, own in owners.items():
        after = [start for start in starts.values() if start > starts[setting]]
        entry = text[starts[setting] : min(after, default=len(text))]
        stated = re.search(r"\[default: (.*?)\]", entry)
        defaults = {model: item.default for model, item in own.items()}
        told = {model: default for model, default in defaults.items() if default is not None}
        if not told or isinstance(next(iter(told.values())), bool):
            assert not stated, entry
        elif len(set(defaults.values())) == 1:
            assert stated[1] == str(next(iter(told.values()))), entry
        else:
            assert stated[1] == ", ".join(f"{value} {model}" for model, value in told.items())
        assert (f"[only {', '.join(own)}]" in entry) == (len(own) < len(CONFIGS))
        for item in own.values():
            assert all(choice in entry for choice in item.metadata["choices"])
    assert set(starts) <= set(options(command, name))


def test_an_option_left_out_uses_the_stated_default(run, english):
    (run.folder / "a.txt").write_text(english)
    run("train", "a.txt", "--model", "skipgram", "--epochs", "0")
    stored = json.loads((run.folder / "skipgram.fastvec/config.json").read_text())["settings"]
    assert stored == SkipGramConfig(epochs=0).as_dict()


def test_build_vocab_states_the_min_count_of_training(run):
    text = " ".join(run("build-vocab", "--help").stdout.split())
    assert f"seen less often. [default: {SkipGramConfig.min_count}]" in text


def test_the_corpus_is_optional_for_train_only(run):
    assert "train [OPTIONS] [CORPUS]..." in run("train", "--help").stdout
    for name in ("build-vocab", "plan"):
        assert f"{name} [OPTIONS] CORPUS..." in run(name, "--help").stdout


@pytest.mark.parametrize(("typed", "meant"), [("trian", "train"), ("build_vocab", "build-vocab")])
def test_a_misspelt_command_is_corrected(run, typed, meant):
    result = run(typed)
    assert result.exit_code == 2
    assert f"No such command '{typed}'. Did you mean '{meant}'?" in result.stderr


def test_nothing_like_a_command_gets_no_suggestion(run):
    assert run("xyzzy").stderr.endswith("No such command 'xyzzy'.\n")
