"""Files are read, converted, inspected and queried where there is no Numba."""

import pytest

BLOCKED = "import sys; sys.modules['numba'] = sys.modules['llvmlite'] = None; "


@pytest.mark.parametrize("suffix", [".txt", ".glove.txt", ".bin", ".safetensors", ".npy"])
def test_python_reads_writes_and_asks(run_process, tmp_path, suffix):
    """A1."""
    (tmp_path / "v.txt").write_text("3 2\nking 1 0\nqueen 1 0.1\nfig 0 1\n")
    code = BLOCKED + (
        "import fastvec; v = fastvec.load('v.txt'); "
        f"fastvec.save(v, 'w{suffix}'); w = fastvec.load('w{suffix}'); "
        "print(w.most_similar('king')[0][0], (w.matrix == v.matrix).all())"
    )
    status, output, errors = run_process(code=code)
    assert (status, output) == (0, "queen True\n"), errors


@pytest.mark.parametrize(
    "arguments",
    [["inspect", "v.txt"], ["convert", "v.txt", "w.bin"], ["neighbors", "v.txt", "king"]],
)
def test_commands_run(run_process, tmp_path, arguments):
    """A1."""
    (tmp_path / "v.txt").write_text("2 2\nking 1 0\nqueen 1 0.1\n")
    code = BLOCKED + f"sys.argv[1:] = {arguments!r}; from fastvec_cli.main import main; main()"
    status, output, errors = run_process(code=code)
    assert (status, errors) == (0, "")
    assert output
