"""What several folders share: the command line, in this process and in its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from click.testing import CliRunner
from hypothesis import settings

settings.register_profile("fastvec", deadline=None)  # A first call may compile.
settings.load_profile("fastvec")


@pytest.fixture(scope="session")
def command():
    """Give the command group behind the installed ``fastvec``."""
    (entry,) = entry_points(group="console_scripts", name="fastvec")
    return sys.modules[entry.load().__module__].cli


@pytest.fixture
def run(command, tmp_path, monkeypatch):
    """Run the command line in an empty folder; any exception that is no message is raised."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, stdin=None):
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(
            command, words, input=stdin, prog_name="fastvec", catch_exceptions=False
        )

    call.folder = tmp_path
    return call


@pytest.fixture
def spawn(tmp_path):
    """Start a process of its own in an empty folder: ``fastvec``, or Python with ``code``."""

    started = []

    # A job that a shell put into the background ignores Ctrl-C, and so would its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def start(*arguments, code=None, stdin=subprocess.DEVNULL, **environment):
        program = ["-c", code] if code else ["-m", "fastvec_cli"]
        process = subprocess.Popen(
            [sys.executable, *program, *map(str, arguments)],
            cwd=tmp_path, env=os.environ | environment, encoding="utf-8", errors="surrogateescape",
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        with process:  # Closes its pipes.
            pass


@pytest.fixture
def run_process(spawn):
    """Run such a process to its end; return its exit code, output and errors."""

    def call(*arguments, stdin=None, **options):
        if stdin is not None:
            options["stdin"] = subprocess.PIPE
        process = spawn(*arguments, **options)
        output, errors = process.communicate(stdin, timeout=120)
        return process.returncode, output, errors

    return call


def _sentences(chinese):
    """Return 1,500 sentences of the demonstration corpus, in one of its languages."""
    from fastvec.datasets import toy_world

    kept = [s for s in toy_world(1) if any(word[0] >= "\u4e00" for word in s) == chinese]
    return "".join(" ".join(sentence) + "\n" for sentence in kept[:1500])


@pytest.fixture(scope="session")
def english():
    """Give a small English text."""
    return _sentences(chinese=False)


@pytest.fixture(scope="session")
def chinese():
    """Give a small Chinese text, its words separated."""
    return _sentences(chinese=True)


@pytest.fixture(scope="session")
def trained(tmp_path_factory, english, chinese):
    """Give a model folder of both texts."""
    import fastvec

    folder = tmp_path_factory.mktemp("trained")
    (folder / "text.txt").write_text(english + chinese, encoding="utf-8")
    corpus = fastvec.Corpus(folder / "text.txt")
    fastvec.SkipGram(dim=16, threads=1).fit(corpus).save(folder / "both.fastvec")
    return folder / "both.fastvec"


@pytest.fixture(scope="session")
def browser():
    """Give a headless browser, one for all tests; skips where none is installed."""
    from tests.browser import start_browser

    driver = start_browser()
    yield driver
    driver.quit()
