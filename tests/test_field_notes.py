"""What users of the peers run into, as they would run into it: at the command line.

One test an entry, its number in the docstring. Groups: B reading, C vocabulary,
I command line; A and D to R have files of their own. Where a part's own tests hold
an entry, it is not repeated here.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import re

import pytest

import fastvec


@pytest.fixture
def corpus(tmp_path, english):
    (tmp_path / "c.txt").write_text(english)


@pytest.fixture
def vectors(tmp_path):
    (tmp_path / "v.txt").write_text("a 1 0\nb 1 1\nc 0 1\n")


def counts(folder):
    vocabulary = fastvec.Workspace(folder / "fastvec-data").vocabulary
    return dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))


# --- B. Corpus reading and encoding


def test_a_line_of_12000_tokens_loses_none(run):
    """B1: a text longer than 10,000 tokens is cut, and the rest never trained."""
    (run.folder / "c.txt").write_text("a " * 11_998 + "zz b\nzz\n")
    run("train", "c.txt", "--model", "skipgram", "--min-count", "1", "--sample", "0", "-o", "m")
    run("train", "--model", "skipgram", "--min-count", "1", "--epochs", "0", "-o", "start")
    assert counts(run.folder) == {"a": 11_998, "zz": 2, "b": 1}
    moved, start = fastvec.load(run.folder / "m"), fastvec.load(run.folder / "start")
    for word in ("zz", "b"):
        assert abs(moved[word] - start[word]).max() > 1e-6


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_the_last_token_counts_whatever_the_end_of_the_file(run, end):
    """B2: the last token of a file without a final newline is lost."""
    (run.folder / "c.txt").write_bytes(b"a b a b a b" + end.encode())
    assert json.loads(run("build-vocab", "c.txt", "--json").stdout)["sentences"] == 1
    assert counts(run.folder) == {"a": 3, "b": 3}


def test_a_generator_is_refused_before_it_is_used_up():
    """B3: used up after the vocabulary pass, it leaves vectors untrained."""
    with pytest.raises(fastvec.errors.FastvecError, match="a generator can be read only once"):
        fastvec.SkipGram(epochs=2).fit(s for s in [["a", "b"]])


def test_a_list_of_strings_is_not_a_list_of_letters():
    """B4: a vocabulary of single letters."""
    with pytest.raises(fastvec.errors.FastvecError, match="sentence 1: expected a list of tokens"):
        fastvec.SkipGram(min_count=1).fit(["abc def"])


@pytest.mark.parametrize("threads", range(1, 9))
def test_lines_are_read_once_for_any_number_of_threads(run, threads):
    """B5: lines at the borders between threads are skipped or read twice."""
    (run.folder / "c.txt").write_text("".join(f"w{n} x\n" for n in range(7)))
    result = run("build-vocab", "c.txt", "--threads", threads, "--json")
    assert json.loads(result.stdout)["words"] == 14
    assert counts(run.folder) == {"x": 7} | {f"w{n}": 1 for n in range(7)}


@pytest.mark.parametrize(("whitespace", "tokens"), [("unicode", 3), ("ascii", 2)])
def test_unicode_spaces_split_by_choice_and_never_unsaid(run, whitespace, tokens):
    """B6: thin and no-break spaces stay inside words."""
    (run.folder / "c.txt").write_text("a\u00a0b c\n", encoding="utf-8")
    result = run("build-vocab", "c.txt", "--whitespace", whitespace, "--json")
    assert json.loads(result.stdout)["words"] == tokens
    assert ("hold Unicode spaces" in result.stderr) == (whitespace == "ascii")


def test_a_token_of_5000_letters_is_a_token(run):
    """B8: fixed buffers crash on long words."""
    (run.folder / "c.txt").write_text(f"{'x' * 5000} a {'x' * 5000}b\n" * 5)
    assert run("train", "c.txt", "--model", "skipgram", "-o", "v.txt").exit_code == 0
    assert sorted(map(len, fastvec.load(run.folder / "v.txt").words)) == [1, 5000, 5001]


def test_a_plan_prints_memory_disk_and_time(run):
    """B10: must 70 GB of text fit in memory? Nobody says."""
    (run.folder / "c.txt").write_text("some words here\n" * 64)
    result = run("plan", "c.txt", "--model", "skipgram", "--dim", "300")
    for row in ("memory ", "disk ", "time ", "2 matrices of 3 x 300 "):
        assert row in result.stdout
    facts = json.loads(run("plan", "c.txt", "--model", "skipgram", "--json").stdout)
    assert (facts["words"], facts["distinct"], facts["rows"]) == (192, 3, 3)
    assert facts["memory_total"] == sum(facts["memory"].values()) > 0
    assert facts["disk_total"] == sum(facts["disk"].values()) > 0
    assert facts["seconds"] > 0
    assert {path.name for path in run.folder.iterdir()} == {"c.txt"}


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_packed_standard_input_equals_the_plain_file(run, english, pack):
    """B11: no standard input, no gzip."""
    (run.folder / "c.txt").write_text(english)
    made = []
    for arguments, stdin in ((["c.txt"], None), (["-"], pack(english.encode()))):
        assert run("build-vocab", *arguments, stdin=stdin).exit_code == 0
        data = run.folder / "fastvec-data"
        made.append([(data / name).read_bytes()
                     for name in ("tokens.i32", "sentences.i64", "vocabulary.tsv")])  # fmt: skip
    assert made[0] == made[1]


# --- C. Vocabulary


@pytest.mark.parametrize(
    ("policy", "count", "special"),
    [("none", 9, "none"), ("trained", 10, "<unk>"), ("mean", 9, "<unk>")],
)
def test_a_literal_unk_is_a_word_and_shares_the_row_of_the_special_one(run, policy, count, special):
    """C1, C4: training runs for hours, and then saving fails; is that row "unk" the special one?"""
    (run.folder / "c.txt").write_text("a <unk> b <s> </s> c\n" * 9 + "rare\n")
    result = run("train", "c.txt", "--model", "skipgram", "--unk", policy, "-o", "m")
    assert result.exit_code == 0, result.stderr
    vectors = fastvec.load(run.folder / "m")
    assert sorted(vectors.words) == ["</s>", "<s>", "<unk>", "a", "b", "c"]
    assert vectors.counts[vectors.words.index("<unk>")] == count
    assert f"special rows  {special}\n" in run("info", "m").stdout


def test_rare_words_can_train_the_unknown_one(run):
    """C3: people add an unknown row by hand, and break the numbers."""
    (run.folder / "c.txt").write_text("a a a b\n")
    result = run("train", "c.txt", "--model", "skipgram", "--min-count", "2", "--unk", "trained",
                 "-o", "m")  # fmt: skip
    assert result.exit_code == 0, result.stderr
    vectors = fastvec.load(run.folder / "m")
    assert dict(zip(vectors.words, vectors.counts.tolist(), strict=True)) == {"a": 3, "<unk>": 1}
    assert "special rows  <unk>" in run("info", "m").stdout


def test_max_size_counts_special_rows(run):
    """C5: the limit forgets the specials."""
    (run.folder / "c.txt").write_text("a b c d e f\n" * 9)
    run("train", "c.txt", "--model", "skipgram", "--unk", "trained", "--max-size", "3", "-o", "m")
    assert len(fastvec.load(run.folder / "m")) == 3


def test_ties_at_the_cut_are_resolved_by_text(run):
    """C6: memory explodes without a cut, and a cut must not be chance."""
    (run.folder / "c.txt").write_text("b a a b c\n")
    run("train", "c.txt", "--model", "skipgram", "--min-count", "1", "--max-size", "2", "-o", "m")
    assert fastvec.load(run.folder / "m").words == ["a", "b"]


def test_an_empty_vocabulary_says_what_was_read(run):
    """C11: "try a smaller -minCount", though input and output were swapped."""
    (run.folder / "c.txt").write_text("three small words\n")
    result = run("train", "c.txt", "--model", "skipgram")
    assert result.exit_code == 1
    assert re.search(r"3 words were read, .*most frequent, '\w+', has 1; use --min-count 1", (
        result.stderr
    ))  # fmt: skip
    assert not (run.folder / "skipgram.fastvec").exists()


# --- I. Command line (I1 is tests/cli/test_help.py, I3 is tests/cli/test_flags.py)


def test_two_epochs_report_at_least_twice(run, english):
    """I2: progress only as text, nothing for a program."""
    events = []
    sentences = [line.split() for line in english.splitlines()]
    fastvec.SkipGram(dim=8, epochs=2).fit(sentences, callback=events.append)
    ends = [event for event in events if event.epoch_ended]
    assert [event.epoch for event in ends] == [1, 2]
    for event in ends:
        assert event.loss > 0
        assert event.learning_rate > 0
        assert event.words_per_second > 0


def test_swapped_paths_are_recognised(run, english):
    """I4, C11: a wrong order of paths gives a misleading error."""
    (run.folder / "c.txt").write_text(english)
    result = run("train", "vectors.txt", "--model", "skipgram", "-o", "c.txt")
    assert result.exit_code == 2
    assert "Are the two swapped? fastvec train c.txt -o vectors.txt" in result.stderr
    (run.folder / "vectors.txt").write_text(english)  # Now it is no swap.
    result = run("train", "vectors.txt", "--model", "skipgram", "-o", "c.txt")
    assert "exists; replace it with --overwrite" in result.stderr
    assert (run.folder / "c.txt").read_text() == english
