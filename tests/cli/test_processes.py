"""What only a process of its own can show: signals, pipes, imports and time."""

from __future__ import annotations

import signal
import sys
import time

import pytest

import fastvec

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture
def text(tmp_path, english):
    (tmp_path / "a.txt").write_text(english)


@POSIX
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_answers_in_a_second_and_keeps_the_model(spawn, tmp_path, text, threads):
    process = spawn("train", "a.txt", "--model", "skipgram", "--epochs", 10_000, "-o", "kept",
                    "--threads", threads)  # fmt: skip
    for line in process.stderr:
        if line.startswith("training:"):
            break
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert time.monotonic() - sent < 3  # One second, on a busy machine.
    assert process.returncode == 1
    assert "stopped by Ctrl-C; what was learned so far is in kept" in errors
    assert "Traceback" not in errors
    assert output.startswith("kept: ")
    assert len(fastvec.load(tmp_path / "kept")) > 100


@POSIX
def test_a_reader_that_has_seen_enough_is_no_error(spawn, trained):
    process = spawn("neighbors", trained, "-n", 1000, stdin=-1)
    process.stdin.write("the\n" * 50)
    process.stdin.close()
    assert process.stdout.readline() == "the:\n"
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == ""


def test_bytes_that_are_no_text_pass_through(run_process, tmp_path):
    (tmp_path / "v.txt").write_bytes(b"caf\xe9 1 0\nb 1 1\n")
    status, output, errors = run_process(
        "neighbors", "v.txt", stdin="b\ncaf\udce9\n", PYTHONIOENCODING="utf-8:strict"
    )
    assert status == 0, errors
    assert output == "b:\n  caf\udce9  0.7071\ncaf\udce9:\n  b  0.7071\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_chinese_is_printed_whatever_the_system_thinks(run_process, tmp_path, encoding):
    (tmp_path / "v.txt").write_text("苹果 1 0\n梨子 1 1\n", encoding="utf-8")
    code = (
        "import subprocess, sys; print(ascii(subprocess.run([sys.executable, '-m', 'fastvec_cli', "
        "'neighbors', 'v.txt'], input='苹果'.encode(), stdout=-1).stdout.decode()))"
    )
    _, output, errors = run_process(code=code, PYTHONIOENCODING=encoding)
    assert output == ascii("苹果:\n  梨子  0.7071\n") + "\n", errors


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import fastvec", ("numba", "scipy", "click")),
        ("from fastvec_cli.main import cli; cli(['--help'], standalone_mode=False)",
         ("numpy", "numba", "scipy", "tqdm")),
        ("from fastvec_cli.main import cli; cli(['train', '--help'], standalone_mode=False)",
         ("numpy", "numba", "scipy", "tqdm")),
    ],
    ids=["import", "help", "train-help"],
)  # fmt: skip
def test_heavy_packages_wait_until_they_are_needed(run_process, code, absent):
    look = f"; import sys; print('loaded:', *set({absent}) & set(sys.modules))"
    status, output, errors = run_process(code=code + look)
    assert status == 0, errors
    assert output.splitlines()[-1] == "loaded:"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "options", "budget"),
    [(["--help"], {}, 0.2), ([], {"code": "import fastvec"}, 0.25)],
    ids=["help", "import"],
)
def test_start_up_is_quick(run_process, arguments, options, budget):
    def once():
        started = time.perf_counter()
        assert run_process(*arguments, **options)[0] == 0
        return time.perf_counter() - started

    assert min(once() for _ in range(7)) < 2 * budget
