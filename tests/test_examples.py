"""Every example runs as it stands, and shows what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
EXPECTED = {
    "chinese_neighbours.py": ["苹果 -> 葡萄", "星期一 -> 星期六"],
    "elmo_senses.py": ["bank: mean cosine within a sense", "包袱: mean cosine within a sense"],
    "glove_folder.py": ["dim 32: only trained", "man : woman :: king : queen"],
    "load_vectors.py": [
        "glove.txt: 5 words of 3 numbers",
        "  repaired: the header says 5 rows, the file has 4; read all 4",
        "written and read again: True",
    ],
    "ner_transfer.py": [
        "word2vec: robert lin is a durian cultivator in the valley: robert lin (PER)"
    ],
    "one_hot.py": ["orange . apple = 0"],
    "reproducible.py": ["SkipGram:", "CBOW:", "GloVe:"],
    "resume.py": ["saved: 2 epochs; can be resumed: True", "same bytes as without a break: True"],
    "skipgram_analogies.py": ["man : woman :: king : queen"],
    "text_classification.py": ["mean vectors: 100.0% right"],
}
NEEDED = {"chinese_neighbours.py": "jieba", "text_classification.py": "sklearn"}
LONGEST = 65  # Lines: an example is read in one go.


def run(name: str, folder: Path, *arguments: str) -> str:
    """Run an example where a user would; return what it printed."""
    pytest.importorskip(NEEDED.get(name, "fastvec"))
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments], cwd=folder, capture_output=True,
        encoding="utf-8", timeout=300, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0, f"{name}\n{done.stdout}{done.stderr}"
    assert list(folder.glob("*.py")) == []
    return done.stdout


def test_each_example_has_an_expectation():
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_is_short_and_says_how_to_call_it(name):
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert f"\npython examples/{name}" in text.split('"""')[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_shows_what_it_promises(name, tmp_path):
    shown = run(name, tmp_path)
    for text in EXPECTED[name]:
        assert text in shown


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(tmp_path):
    shown = run("reproducible.py", tmp_path)
    digests = [line.split()[-1] for line in shown.splitlines() if "sha256" in line]
    assert len(digests) == 12
    for one, two, four, other in zip(*[iter(digests)] * 4, strict=True):
        assert one == two == four != other


@pytest.mark.slow
def test_senses_come_apart(tmp_path):
    shown = run("elmo_senses.py", tmp_path)
    cosines = re.findall(r"within a sense (\S+), across (\S+);", shown)
    nearest = re.findall(r"for (\d+) of (\d+) sentences", shown)
    assert len(cosines) == len(nearest) == 2
    for (within, across), (shared, sentences) in zip(cosines, nearest, strict=True):
        assert float(within) > float(across) + 0.05
        assert int(shared) > 0.65 * int(sentences)  # Half of them by chance.


@pytest.mark.slow
def test_examples_take_data_of_ones_own(tmp_path):
    (tmp_path / "a.txt").write_text("the king and the queen\n" * 400, encoding="utf-8")
    (tmp_path / "zh.txt").write_text("我喜欢喝苹果汁。\n" * 400, encoding="utf-8")
    (tmp_path / "v.txt").write_text("the 1 2\nking 2 1\n", encoding="utf-8")
    rows = [f"{kind}\t{word} {word}\n" for kind, word in (("a", "king"), ("b", "the"))] * 20
    (tmp_path / "labels.tsv").write_text("".join(rows), encoding="utf-8")
    assert "near king: " in run("skipgram_analogies.py", tmp_path, "a.txt")
    assert "same bytes as without a break: True" in run("resume.py", tmp_path, "a.txt")
    assert "dim 32: only trained" in run("glove_folder.py", tmp_path, ".")
    assert "2 words of 2 numbers" in run("load_vectors.py", tmp_path, "v.txt")
    assert "100.0% right" in run("text_classification.py", tmp_path, "labels.tsv", "v.txt")
    assert "苹果汁 -> " in run("chinese_neighbours.py", tmp_path, "zh.txt", "苹果汁")
