"""What users of the peers run into when they build on vectors: groups N, L10 and L11.

One test an entry, its number in the docstring, at the command line where a user would meet it.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import fastvec
from fastvec.datasets import toy_entities, toy_world
from fastvec.evaluation.entities import score_entities

SMALL = ("--cells", "16", "--batch", "4", "--threads", "1", "--dropout", "0", "-q")
FAST = ("--learning-rate", "0.02", "--epochs", "30")


def columns(sentences):
    """Return sentences as a column file."""
    return "".join(
        "".join(f"{word} {tag}\n" for word, tag in zip(*sentence, strict=True)) + "\n"
        for sentence in sentences
    )


def write_vectors(path, words, dim=8):
    """Write vectors that are easy to tell apart."""
    matrix = np.random.default_rng(0).normal(0, 1, (len(words), dim)).astype(np.float32)
    fastvec.save(fastvec.WordVectors(words, matrix), path)


@pytest.fixture
def cities(run):
    """Lower-case vectors, and capitalised text."""
    names = ["Paris", "Rome", "Bonn", "Oslo"]
    people = ["Sally", "John", "Robert", "Anna"]
    text = [([name, "is", "big"], ["B-LOC", "O", "O"]) for name in names]
    text += [([name, "is", "here"], ["B-PER", "O", "O"]) for name in people]
    (run.folder / "train.conll").write_text(columns(text * 4))
    words = [word.lower() for sentence, _ in text for word in sentence]
    write_vectors(run.folder / "v.txt", sorted(set(words)))
    return run


def test_capitalised_text_finds_lower_case_vectors(cities):
    """N1: names become UNK, and F1 falls by five points."""
    train = ("tagger", "train", "train.conll", "--vectors", "v.txt", "--overwrite", *SMALL[:-1])
    chained = cities(*train, "--epochs", "1").stderr
    assert "training: 100.0% of 96 tokens have a vector (exact 66.7%, lower case 33.3%" in chained
    exact = cities(*train, "--epochs", "1", "--lookup", "exact").stderr
    assert "training: 66.7% of 96 tokens have a vector" in exact
    assert "8 of 11 words have none" in exact


def test_a_score_stands_with_vectors_scheme_and_seeds(cities):
    """N2: a paper's F1 is not reached, for it says neither vectors, scheme nor spread."""
    result = cities(
        "tagger", "train", "train.conll", "--dev", "train.conll", "--test", "train.conll",
        "--vectors", "v.txt", "--seeds", "3", *SMALL, "--epochs", "3",
    )  # fmt: skip
    assert "vectors: v.txt, 11 x 8" in result.stdout
    assert "5 tags, IOB2, learned as BIOES" not in result.stdout  # Two types have nine.
    assert "9 tags, IOB2, learned as BIOES" in result.stdout
    rows = [line.split() for line in result.stdout.splitlines()]
    start = rows.index(["seed", "development", "test"])
    scores = [[float(cell) for cell in row[1:]] for row in rows[start + 1 : start + 4]]
    assert [row[0] for row in rows[start + 1 : start + 6]] == ["1", "2", "3", "mean", "deviation"]
    means = [float(cell) for cell in rows[start + 4][1:]]
    spread = [float(cell) for cell in rows[start + 5][1:]]
    np.testing.assert_allclose(np.mean(scores, axis=0), means, atol=0.011)
    np.testing.assert_allclose(np.std(scores, axis=0, ddof=1), spread, atol=0.011)


def test_f1_is_over_entities():
    """N2: three sentences with B-PER I-PER O, F1 by hand."""
    gold = [["B-PER", "I-PER", "O"]] * 3
    predicted = [["B-PER", "I-PER", "O"], ["B-PER", "O", "O"], ["O", "O", "O"]]
    scores = score_entities(gold, predicted)
    assert scores.accuracy == pytest.approx(6 / 9)
    assert scores.total.f1 == pytest.approx(2 * 1 / (2 + 3))


def test_text_in_lower_case_can_be_trained_for_and_both_are_reported(cities):
    """N4: a model that learned from capitals fails without them."""
    things = [([thing, "is", "big"], ["O", "O", "O"]) for thing in ("bread", "stone", "wood")]
    text = (cities.folder / "train.conll").read_text() + columns(things * 4)
    (cities.folder / "train.conll").write_text(text)
    words = ["is", "big", "here"]
    write_vectors(cities.folder / "few.txt", words)  # Names differ from things by capitals alone.
    names = ["paris", "rome", "bonn", "oslo", "sally", "john", "robert", "anna"]
    write_vectors(cities.folder / "all.txt", [*words, *names, "bread", "stone", "wood"])
    train = ("tagger", "train", "train.conll", "--test", "train.conll", *SMALL, *FAST)
    cities(*train, "--vectors", "few.txt", "-o", "cased")
    result = cities("tagger", "evaluate", "cased", "--test", "train.conll", "--lowercase", "--json")
    cased, lower = (json.loads(line) for line in result.stdout.splitlines())
    assert cased["f1"] == 1.0
    assert lower["f1"] < 0.7
    both = cities(*train, "--vectors", "all.txt", "--lowercase-augment", "-o", "both").stdout
    found = re.search(r"train\.conll: ([\d.]+), in lower case ([\d.]+)", both)
    assert float(found[1]) > 0.95
    assert float(found[2]) > 0.95


def test_words_of_the_test_alone_keep_their_vectors(run):
    """N5: the vectors are cut to the known texts, and all new words are unknown."""
    train, test = toy_entities(sentences=3000)
    (run.folder / "train.conll").write_text(columns(train[:60]))
    fastvec.save(
        fastvec.SkipGram(dim=24, min_count=1, seed=1, threads=1, epochs=3)
        .fit(toy_world(1, sentences=20_000))
        .vectors,
        run.folder / "v.txt",
    )
    run("tagger", "train", "train.conll", "--vectors", "v.txt", *SMALL, *FAST)
    tagger = fastvec.load_model(run.folder / "tagger.fastvec")
    learned = {word for sentence, _ in train[:60] for word in sentence}
    assert "durian" not in learned
    _, way = tagger.model.reader.lookup.find("durian")
    assert way == "exact"
    np.testing.assert_array_equal(
        tagger.vectors["durian"], fastvec.load(run.folder / "v.txt")["durian"]
    )
    found = tagger.evaluate(test)
    assert found.coverage.share > 0.99
    assert found.score > 0.6


def test_weights_of_elmo_start_equal_and_are_printed_as_they_are_learned(cities):
    """L10: users print s and gamma of a model that no task has trained."""
    from fastvec.layers.scalar_mix import ScalarMix

    fresh = ScalarMix(3)
    np.testing.assert_allclose(fresh.shares, [1 / 3] * 3)
    assert fresh.gamma == 1.0
    words = "paris rome bonn oslo sally john is big here"
    elmo = fastvec.ELMo(preset="tiny", layers=2, cells=8, dim=8, min_count=1, epochs=1, threads=1)
    elmo.fit([words.split()] * 20).save(cities.folder / "elmo.fastvec")
    result = cities("tagger", "train", "train.conll", "--elmo", "elmo.fastvec", "--epochs", "2",
                    *SMALL[:-1])  # fmt: skip
    printed = re.findall(r"epoch (\d)/2.*s ([\d. ]+), gamma ([\d.]+)", result.stderr)
    assert [epoch for epoch, _, _ in printed] == ["1", "2"]
    for _, shares, _ in printed:
        values = [float(share) for share in shares.split()]
        assert len(values) == 3
        assert sum(values) == pytest.approx(1, abs=0.002)
    assert printed[0][1:] != printed[1][1:]


def test_types_are_scored_apart_with_a_baseline_beside(run):
    """L11: ELMo costs five points on numbers, which the overall F1 hides."""
    text = [
        (["in", "1990", "Sally", "paid", "10", "%"],
         ["O", "B-DATE", "B-PER", "O", "B-PERCENT", "I-PERCENT"]),
        (["John", "was", "born", "in", "2001"], ["B-PER", "O", "O", "O", "B-DATE"]),
        (["5", "%", "of", "1990"], ["B-PERCENT", "I-PERCENT", "O", "B-DATE"]),
    ]  # fmt: skip
    (run.folder / "train.conll").write_text(columns(text * 6))
    words = "in sally paid 00 % john was born 0000 of 0"
    write_vectors(run.folder / "v.txt", words.split(" "))
    for name, vectors in (("baseline", "random"), ("vectors", "v.txt")):
        run("tagger", "train", "train.conll", "--vectors", vectors, "-o", name, *SMALL, *FAST)
    table = run("tagger", "evaluate", "baseline", "vectors", "--test", "train.conll").stdout
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()}
    assert set(rows) >= {"DATE", "PER", "PERCENT", "total"}
    assert rows["DATE"] == rows["PERCENT"] == ["100.00", "100.00"]
    assert "words with a vector" in table
    tagger = fastvec.load_model(run.folder / "vectors")
    assert tagger.predict([["in", "1987", "Anna", "paid", "7", "%"]])[0][1] == "B-DATE"
