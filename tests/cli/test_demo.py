from __future__ import annotations

import re

import pytest


@pytest.mark.slow
def test_the_demo_shows_the_whole_tool(run):
    result = run("demo", "--seed", "2", "--threads", "2", "--output", "out", "--quiet")
    assert result.exit_code == 0, result.stderr
    assert re.findall(r"^(\d)\. ", result.stdout, re.M) == list("123456")
    for name in (".fastvec-demo", "corpus.txt", "data", "skipgram.fastvec"):
        assert (run.folder / "out" / name).exists()
    assert {path.name for path in run.folder.iterdir()} == {"out"}
    right = int(re.search(r"all \d+ questions: (\d+)% right", result.stdout)[1])
    assert right >= 70
    follow = re.search(r"Go on: fastvec (.*?),", result.stderr)[1].split()
    assert run(*follow).exit_code == 0
    assert run("demo", "-o", "out", "-q").exit_code == 0  # An earlier demo may be replaced.


@pytest.mark.parametrize("name", ["mine", "new/../mine"])
def test_the_demo_leaves_a_foreign_folder_alone(run, name):
    (run.folder / "mine").mkdir()
    (run.folder / "mine/precious").touch()
    result = run("demo", "-o", name)
    assert result.exit_code == 1
    assert "is not of an earlier demo" in result.stderr
    assert [path.name for path in (run.folder / "mine").iterdir()] == ["precious"]


def test_the_demo_does_not_write_into_a_file(run):
    (run.folder / "a").touch()
    assert run("demo", "-o", "a").exit_code == 2


def test_every_flag_of_the_demo_is_run_above(command):
    flags = {flag for option in command.get_command(None, "demo").params for flag in option.opts}
    assert flags == {"-o", "--output", "--seed", "--threads", "-q", "--quiet"}
