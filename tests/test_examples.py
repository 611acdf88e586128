"""Every example and every command of the README runs as printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXPECTED = {
    "one_hot.py": "orange . apple = 0",
    "skipgram_analogies.py": "man : woman :: king : queen",
}


def blocks(language: str) -> list[str]:
    """Return the README's blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run(command: list[str] | str, folder: Path) -> str:
    """Run a command where a user would; return what it printed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, shell=isinstance(command, str),
        capture_output=True, text=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_each_example_has_an_expectation():
    assert {path.name for path in (ROOT / "examples").glob("*.py")} == set(EXPECTED)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_example_runs(name, tmp_path):
    assert EXPECTED[name] in run([sys.executable, str(ROOT / "examples" / name)], tmp_path)


@pytest.mark.slow
def test_readme_tour_runs_as_printed(tmp_path):
    run("fastvec demo --quiet", tmp_path)
    tour = README[README.index("## Five minutes") :]
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```", tour, re.MULTILINE | re.DOTALL)
             for line in block.splitlines() if line.startswith("fastvec ")]  # fmt: skip
    assert len(lines) >= 9
    shown = {line: run(line, tmp_path) for line in lines}
    assert all(shown[line] for line in lines if not line.startswith("fastvec tokenize"))
    assert "queen" in shown["fastvec analogy skipgram.fastvec man woman king"]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_readme_python_runs_as_printed(number, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(blocks("python")[number], encoding="utf-8")
    assert run([sys.executable, str(script)], tmp_path)


def test_ci_finds_the_readme_commands():
    for mark in ("demo", "tests"):
        command = README.split(f"<!-- {mark} -->\n```sh\n")[1].split("\n")[0]
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install")
        assert command.count("&&") == 2
