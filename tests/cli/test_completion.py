from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

SHELLS = ("bash", "zsh", "fish")
BIN = str(Path(sys.executable).parent)


@pytest.fixture
def complete(run_process):
    """Complete the last word of a line as bash asks for it."""

    def call(line):
        words = line.split(" ")
        status, output, errors = run_process(
            COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), _FASTVEC_COMPLETE="bash_complete"
        )
        assert (status, errors) == (0, "")
        return output.split()

    return call


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_asks_fastvec_itself(run, shell):
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_FASTVEC_COMPLETE={shell}_complete" in result.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_accepts_the_script(run, shell):
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (run.folder / "script").write_text(run("completion", shell).stdout)
    subprocess.run([program, "-n", "script"], cwd=run.folder, check=True)


def test_bash_completes_a_command(run):
    bash = shutil.which("bash")
    if bash is None or sys.platform == "win32":
        pytest.skip("bash is not installed")
    (run.folder / "script").write_text(run("completion", "bash").stdout)
    line = "source ./script; COMP_WORDS=(fastvec bui); COMP_CWORD=1; _fastvec_completion fastvec; "
    path = os.pathsep.join([BIN, os.environ["PATH"]])
    done = subprocess.run(
        [bash, "-c", line + 'echo "${COMPREPLY[@]}"'], cwd=run.folder, check=True, text=True,
        capture_output=True, env={**os.environ, "PATH": path},
    )  # fmt: skip
    assert done.stdout == "build-vocab\n"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("fastvec odd", "plain,odd-one-out"),
        ("fastvec train --neg", "plain,--negative plain,--negative-sharing"),
        ("fastvec train --model sk", "plain,skipgram"),
        ("fastvec train --tokenizer z", "plain,zh"),
        ("fastvec train te", "file,te"),
        ("fastvec build-vocab te", "file,te"),
        ("fastvec train --init ve", "file,ve"),
        ("fastvec neighbors sk", "file,sk"),
        ("fastvec completion f", "plain,fish"),
        ("fastvec nonsense x", ""),
    ],
)
def test_words_are_completed(complete, line, found):
    assert complete(line) == found.split()


def test_whatever_is_a_file_is_completed_as_one(command):
    """Names of options and arguments that are files in one command are so in all."""
    names = {"corpus", "model", "models", "output", "init", "validation", "groups", "workspace"}
    for name in command.list_commands(None):
        own = command.get_command(None, name)
        for parameter in own.params:
            if parameter.name in names and not isinstance(parameter.type, click.Choice):
                context = click.Context(own)
                kinds = {item.type for item in parameter.shell_complete(context, "x")}
                assert kinds in ({"file"}, {"dir"}), (name, parameter.name)


def test_another_shell_is_refused_with_the_choices(run):
    result = run("completion", "tcsh")
    assert result.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in result.stderr
