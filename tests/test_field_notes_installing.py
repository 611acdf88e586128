"""Group A of the field notes: installing, compiling, and what happens without Numba."""

from __future__ import annotations

import re
import threading

import pytest

import fastvec

BLOCKED = "import sys; sys.modules['numba'] = None; from fastvec_cli.main import main; main()"
NUMBA_OF_OTHER_TIMES = """
import sys
class Refuse:
    def find_spec(self, name, *_):
        if name == "numba":
            raise ImportError("Numba needs NumPy 2.2 or less. Got NumPy 9.9.")
sys.meta_path.insert(0, Refuse())
from fastvec_cli.main import main
main()
"""


@pytest.fixture
def corpus(tmp_path, english):
    (tmp_path / "c.txt").write_text(english)


@pytest.fixture
def vectors(tmp_path):
    (tmp_path / "v.txt").write_text("a 1 0\nb 1 1\nc 0 1\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["train", "--help"],
        ["info"],
        ["neighbors", "v.txt", "a"],
        ["similarity", "v.txt", "a", "b"],
        ["analogy", "v.txt", "a", "b", "c", "--json"],
    ],
    ids=" ".join,
)
def test_without_numba_files_are_read_and_queried(run_process, vectors, arguments):
    """A1: no wheel of the compiled part for a new Python."""
    status, output, errors = run_process(*arguments, code=BLOCKED)
    assert status == 0, errors
    assert output


@pytest.mark.parametrize(
    "arguments",
    [["train", "c.txt", "--model", "skipgram"], ["build-vocab", "c.txt"],
     ["plan", "c.txt", "--model", "skipgram"]],
    ids=lambda arguments: arguments[0],
)  # fmt: skip
def test_without_numba_training_says_which_pythons_it_supports(run_process, corpus, arguments):
    """A1: no wheel of the compiled part for a new Python."""
    status, output, errors = run_process(*arguments, code=BLOCKED)
    assert (status, output) == (1, "")
    assert re.fullmatch(
        r"Error: Numba is missing, .* supports Python 3\.10 to 3\.\d+, and this is 3\..*\n", errors
    )


def test_a_numba_that_does_not_fit_numpy_names_both_versions(run_process, corpus):
    """A12: the resolver picked a pair that does not work together."""
    status, _, errors = run_process("build-vocab", "c.txt", code=NUMBA_OF_OTHER_TIMES)
    assert status == 1
    assert "Numba cannot be loaded (Numba needs NumPy 2.2 or less. Got NumPy 9.9.)" in errors
    assert "Traceback" not in errors


def test_switched_off_compilation_is_said_once_with_a_time(run_process, tmp_path, english):
    """A3: the compiled part is not loaded, and training is far slower without a word."""
    (tmp_path / "c.txt").write_text(english[:4000])
    train = ("train", "c.txt", "--model", "skipgram", "--epochs", 1, "--min-count", 1, "-o")
    status, output, errors = run_process(*train, "slow.txt", NUMBA_DISABLE_JIT="1")
    assert status == 0, errors
    warnings = [line for line in errors.splitlines() if "NUMBA_DISABLE_JIT" in line]
    assert len(warnings) == 1
    assert warnings == [line for line in errors.splitlines() if line.startswith("Note: ")]
    promised = float(re.search(r"about ([\d.]+) s here", warnings[0])[1])
    taken = float(re.search(r", ([\d.]+) s, ", output)[1])
    assert promised / 6 < taken < promised * 6
    _, output, _ = run_process("info", NUMBA_DISABLE_JIT="1")
    assert "switched off by NUMBA_DISABLE_JIT" in output


def test_the_second_run_compiles_nothing(run_process, corpus, tmp_path):
    """A8: the price of compiling, paid in silence and again and again."""
    train = ("train", "c.txt", "--model", "skipgram", "--overwrite")
    run_process(*train)
    status, _, errors = run_process(*train, "--rebuild")
    assert status == 0
    assert "compiling" not in errors


@pytest.mark.slow
def test_the_first_run_says_that_it_compiles(run_process, corpus, tmp_path):
    """A8: the price of compiling, paid in silence and again and again."""
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    train = ("train", "c.txt", "--model", "skipgram", "--overwrite")
    first = run_process(*train, **cache)[2]
    assert 1 <= first.count("compiling (once, some seconds)") <= 2  # Encoding, then training.
    assert "compiling" not in run_process(*train, **cache)[2]


@pytest.mark.slow
def test_without_home_or_any_cache_folder_it_works(run_process, vectors, tmp_path):
    """A9: "no locator available" in containers and read-only systems."""
    (tmp_path / "file").touch()
    nowhere = str(tmp_path / "file" / "below")  # Not even root can write there.
    homeless = {"HOME": nowhere, "XDG_CACHE_HOME": nowhere, "NUMBA_CACHE_DIR": nowhere}
    assert run_process(code="import fastvec", **homeless) == (0, "", "")
    assert run_process("neighbors", "v.txt", "a", **homeless)[0] == 0
    status, output, errors = run_process("info", **homeless)
    assert status == 0, errors
    assert "nowhere: no folder can be written, each run compiles anew" in output
    (tmp_path / "c.txt").write_text("a b c\n" * 50)
    status, _, errors = run_process("train", "c.txt", "--model", "skipgram", **homeless)
    assert status == 0, errors
    assert "Traceback" not in errors
    assert "locator" not in errors


def test_two_threads_train_and_query_at_once(english):
    """A11: two threads in parallel code abort the whole process."""
    sentences = [line.split() for line in english.splitlines()]
    models, errors = [], []

    def work():
        try:
            model = fastvec.SkipGram(dim=16, threads=2).fit(sentences)
            models.append(model.vectors.most_similar("the"))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(models) == 2
