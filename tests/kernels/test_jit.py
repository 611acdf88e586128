"""What compiling leaves on disk and in memory, seen from processes of their own."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import fastvec
from fastvec.kernels.jit import JIT_DISABLED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(JIT_DISABLED, reason="nothing is compiled"),
]

PACKAGE = Path(fastvec.__file__).parent

# A caller in one file, what it calls in another.
DRAW = """
import json, sys
import numpy as np
from fastvec.kernels import noise
from fastvec.kernels.jit import cache_folder, compiled_before
before = compiled_before(noise.draw_noise)
size = 1 << 20
table = noise.Noise(np.full(size, 1 << 32), np.arange(size, dtype=np.int32))
stream = np.array([9, 8, 7, 6])
drawn = [int(noise.draw_noise(table, stream)) for _ in range(20)]
hits = sum(noise.draw_noise.stats.cache_hits.values())
json.dump({"drawn": drawn, "hits": hits, "before": before, "home": noise.__file__,
           "folder": cache_folder(noise.draw_noise)}, sys.stdout)
"""

# Rounds of several blocks, in a tiny corpus.
TRAIN = """
import json, sys
import numpy as np
from fastvec import CBOW, SkipGram
from fastvec.models import schedule
schedule.FEWEST_PARTS, schedule.SHORTEST_BLOCK = 1, 200
generator = np.random.default_rng(1)
words = [f"w{i}" for i in range(20)]
corpus = [[words[i] for i in generator.integers(0, 20, 10)] for _ in range(60)]
for kind, settings in (
    (SkipGram, {}), (SkipGram, {"negative_sharing": "pair"}), (SkipGram, {"loss": "hs"}),
    (SkipGram, {"updates": "hogwild", "threads": 1}),
    (CBOW, {}), (CBOW, {"loss": "hs"}), (CBOW, {"loss": "softmax"}),
):
    settings = {"updates": "ordered", "threads": 2, **settings}
    model = kind(dim=20, min_count=1, epochs=2, seed=4, learning_rate=0.3, **settings)
    model.fit(corpus)
    json.dump({"vectors": model.vectors.matrix.tolist(), "loss": model.history[-1].loss,
               "contexts": model.context_vectors.tolist()}, sys.stdout)
    print()
"""

SIGNATURES = (
    TRAIN.replace("json.dump(", "json.dumps(").replace(", sys.stdout)\n    print()", ")")
    + """
schedule.FEWEST_PARTS, schedule.SHORTEST_BLOCK = 3, 100
for loss in ("ns", "hs"):
    SkipGram(dim=20, min_count=1, epochs=1, threads=2, updates="hogwild", loss=loss).fit(corpus)
import importlib, pkgutil
import fastvec.kernels
found = {}
for info in pkgutil.iter_modules(fastvec.kernels.__path__):
    module = importlib.import_module("fastvec.kernels." + info.name)
    for name, kernel in vars(module).items():
        if getattr(kernel, "signatures", None) and kernel.__module__ == module.__name__:
            found[info.name + "." + name] = [str(s) for s in kernel.nopython_signatures]
json.dump(found, sys.stdout)
"""
)

# Python alone calls these; they call the others.
CALLED = {
    "batches.gather_batch", "batches.scatter_batch", "blocks.copy_rows", "blocks.count_targets",
    "blocks.draw_private_words", "blocks.forget_numbers", "blocks.merge_rows",
    "blocks.number_paths", "blocks.sample_private", "cbow.train_cbow",
    "cbow.train_cbow_hierarchical", "hierarchical.train_windows_hierarchical",
    "hot.count_uses", "hot.sample_copies", "hot.share_copies", "hot.use_copies",
    "hot.weigh_uses",
    "huffman.merge_nodes", "huffman.path_lengths", "huffman.write_paths", "noise.deal_fresh",
    "noise.deal_pooled", "noise.draw_words", "noise.fill_alias", "ordering.count_digits",
    "ordering.leading_bytes", "ordering.renumber", "ordering.write_lines", "skipgram.train_windows",
    "softmax.descend", "softmax.exponentials", "softmax.hidden_gradient",
    "softmax.take_off_observed", "tokens.encode_block", "tokens.merge_words",
    "tokens.read_counts", "windows.sample_windows", "windows.split_windows",
}  # fmt: skip

# A matrix, or a number that is multiplied with one; sums and shares are no such numbers.
DOUBLE = re.compile(r"float64, [23]|, float64,")


@pytest.fixture
def answer(run_process, tmp_path):
    """Run code in a process of its own with an own cache; return what it prints, line by line."""

    def call(code, **environment):
        environment = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")} | environment
        status, output, errors = run_process(code=code, **environment)
        assert status == 0, errors
        return [json.loads(line) for line in output.splitlines()]

    return call


@pytest.fixture
def copied(tmp_path):
    """Give a copy of the package that has little but kernels."""
    folder = tmp_path / "copy" / "fastvec"
    shutil.copytree(PACKAGE / "kernels", folder / "kernels")
    for name in ("__init__.py", "errors.py"):
        shutil.copy(PACKAGE / name, folder)
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("random.py", "(scrambled * 9)", "(scrambled * 3)"),  # A callee.
        ("random.py", "MASK = 0xFFFFFFFF", "MASK = 0x7FFFFFFF"),  # A constant.
    ],
)
def test_an_edit_in_another_file_is_noticed(answer, copied, tmp_path, file, old, new):
    paths = {"PYTHONPATH": str(copied.parent)}
    (first,), (second,) = answer(DRAW, **paths), answer(DRAW, **paths)
    assert first["home"].startswith(str(copied))
    assert second["drawn"] == first["drawn"]
    assert second["hits"] == 1
    source = (copied / "kernels" / file).read_text()
    assert source.count(old) == 1
    (copied / "kernels" / file).write_text(source.replace(old, new))
    (edited,) = answer(DRAW, **paths)
    (anew,) = answer(DRAW, NUMBA_CACHE_DIR=str(tmp_path / "empty"), **paths)
    assert edited["drawn"] == anew["drawn"] != first["drawn"]


def test_a_second_process_takes_compiled_code_from_the_disk(answer, tmp_path):
    (first,), (second,) = answer(DRAW), answer(DRAW)
    assert (first["hits"], first["before"]) == (0, False)
    assert (second["hits"], second["before"]) == (1, True)
    assert second["folder"].startswith(str(tmp_path))
    assert not list(PACKAGE.rglob("*.nbi"))


def test_a_home_that_cannot_be_written_costs_only_the_cache(answer, tmp_path):
    file = tmp_path / "file"
    file.touch()
    nowhere = dict.fromkeys(
        ("NUMBA_CACHE_DIR", "HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"), str(file / "x")
    )
    (cached,), (uncached,) = answer(DRAW), answer(DRAW, **nowhere)
    assert uncached["folder"] is None
    assert uncached["before"] is False
    assert uncached["drawn"] == cached["drawn"]


def test_a_cache_that_is_lost_while_running_costs_only_the_cache(answer, tmp_path):
    lose = f"""
import shutil
from pathlib import Path
import fastvec.kernels.noise
shutil.rmtree({str(tmp_path / "cache")!r})
Path({str(tmp_path / "cache")!r}).touch()
"""
    (lost,) = answer(lose + DRAW)
    (tmp_path / "cache").unlink()
    assert lost["drawn"] == answer(DRAW)[0]["drawn"]


def test_a_cache_of_a_version_with_other_classes_is_written_anew(answer, tmp_path):
    (first,) = answer(DRAW)
    (index,) = (tmp_path / "cache").rglob("noise.draw_noise*.nbi")
    index.write_bytes(b"cfastvec.kernels.noise\nGone\n.")
    (anew,), (then,) = answer(DRAW), answer(DRAW)
    assert anew["drawn"] == then["drawn"] == first["drawn"]
    assert (anew["hits"], anew["before"]) == (0, False)
    assert (then["hits"], then["before"]) == (1, True)


def test_plain_python_learns_what_compiled_code_learns(answer):
    compiled, plain = answer(TRAIN), answer(TRAIN, NUMBA_DISABLE_JIT="1")
    for ours, theirs in zip(compiled, plain, strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=1e-6)
        for name in ("vectors", "contexts"):
            np.testing.assert_allclose(ours[name], theirs[name], atol=1e-6)
        assert np.abs(ours["contexts"]).max() > 0.01  # They start at zero.
    assert len({str(ours["vectors"]) for ours in compiled}) == len(compiled)


def test_fits_leave_one_float32_signature_a_kernel(answer):
    *_, found = answer(SIGNATURES)
    assert found.keys() >= CALLED
    assert {name for name in CALLED if len(found[name]) != 1} == set()
    doubles = {name for name in CALLED if DOUBLE.search(found[name][0])}
    assert doubles == {"batches.gather_batch", "batches.scatter_batch"}  # Their divisors.
