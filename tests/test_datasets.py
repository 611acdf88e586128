"""The toy world: repeatable, complete, and true to its own truth."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastvec.datasets import toy_truth, toy_world, write_corpus
from fastvec.errors import CorpusError, ParameterError, ResourceError


@pytest.fixture(scope="module")
def world():
    return toy_world()


@pytest.fixture(scope="module")
def counts(world):
    return Counter(chain.from_iterable(world))


def is_chinese(sentence):
    return any("\u4e00" <= letter <= "\u9fff" for letter in "".join(sentence))


def test_same_seed_gives_the_same_sentences():
    assert toy_world(7, sentences=500) == toy_world(7, sentences=500)
    assert toy_world(7, sentences=500) != toy_world(8, sentences=500)


def test_shorter_world_begins_the_longer_one(world):
    assert toy_world(sentences=300) == world[:300]


def test_hash_seed_changes_nothing():
    code = (
        "from fastvec.datasets import toy_truth, toy_world\n"
        "import zlib\n"
        "print(zlib.crc32(repr((toy_world(sentences=400), toy_truth())).encode()))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(answers) == 1


def test_size_is_that_of_a_demonstration(world, counts):
    assert len(world) == 60_000
    assert 500_000 <= counts.total() <= 700_000
    assert 600 <= sum(count >= 5 for count in counts.values()) <= 1_200


def test_tokens_are_clean_lower_case_words(counts):
    assert all(word == word.lower() and len(word.split()) == 1 for word in counts)
    assert not any(mark in word for word in counts for mark in "<>@/_")


def test_frequencies_fall_like_those_of_language(counts):
    ranked = [count for _, count in counts.most_common()]
    assert ranked[0] > 5 * ranked[10]
    assert ranked[10] > 5 * ranked[100]
    assert ranked[100] > 5 * ranked[-1]


def test_sentences_vary(world):
    assert len(set(map(tuple, world))) > len(world) / 5
    assert {len(sentence) for sentence in world} >= set(range(5, 13))


def test_every_word_of_the_truth_is_frequent(counts):
    truth = toy_truth()
    asked = chain.from_iterable(chain.from_iterable(truth["analogies"].values()))
    named = chain.from_iterable(truth["groups"].values())
    rare = {word for word in chain(asked, named) if counts[word] < 20}
    assert not rare


def test_analogies_are_four_different_words():
    for section, questions in toy_truth()["analogies"].items():
        assert len(questions) >= 12, section
        assert len(set(questions)) == len(questions), section
        assert all(len(set(question)) == 4 for question in questions), section


def test_known_analogies_are_asked():
    analogies = toy_truth()["analogies"]
    assert ("man", "woman", "king", "queen") in analogies["gender"]
    assert ("france", "paris", "japan", "tokyo") in analogies["capital"]
    assert ("apple", "apples", "durian", "durians") in analogies["plural"]
    assert ("walks", "walked", "sings", "sang") in analogies["past"]
    assert ("男人", "女人", "国王", "女王") in analogies["chinese-gender"]
    assert ("法国", "巴黎", "日本", "东京") in analogies["chinese-capital"]


def test_groups_are_lists_of_different_words():
    groups = toy_truth()["groups"]
    assert all(len(set(words)) == len(words) >= 3 for words in groups.values())
    assert {"orange", "durian"} <= set(groups["fruits"])
    assert {"苹果", "榴莲"} <= set(groups["chinese-fruits"])
    assert len(groups["capitals"]) >= 15


@pytest.mark.parametrize("word", ["bank", "包袱"])
def test_each_sentence_with_an_ambiguous_word_shows_one_sense(world, word):
    senses = toy_truth()["senses"][word]
    seen = Counter()
    for sentence in world:
        if word in sentence:
            shown = [name for name, words in senses.items() if set(words) & set(sentence)]
            assert len(shown) == 1, sentence
            seen.update(shown)
    assert min(seen[name] for name in senses) >= 200


def test_king_and_queen_differ_in_pronoun_and_share_the_throne(world):
    def near(noun):
        return Counter(chain.from_iterable(s for s in world if noun in s))

    king, queen = near("king"), near("queen")
    assert king["his"] > 5 * king["her"]
    assert queen["her"] > 5 * queen["his"]
    assert min(king["throne"], queen["throne"]) > 50


def test_the_grocery_sentences_of_the_design_are_said(world):
    said = {" ".join(sentence) for sentence in world}
    assert "i want a glass of apple juice with my lunch" in said
    assert any("is an orange farmer" in sentence for sentence in said)
    assert any("durian cultivator" in sentence for sentence in said)


def test_language_chooses_the_sentences():
    assert not any(map(is_chinese, toy_world(sentences=500, language="english")))
    assert all(map(is_chinese, toy_world(sentences=500, language="chinese")))
    share = sum(map(is_chinese, toy_world(sentences=3_000))) / 3_000
    assert 0.25 < share < 0.45


def test_unknown_language_is_refused():
    with pytest.raises(ParameterError, match=r"'klingon'.*'english'"):
        toy_world(language="klingon")


def test_negative_number_of_sentences_is_refused():
    with pytest.raises(ParameterError, match="sentences is -1"):
        toy_world(sentences=-1)


def test_no_sentences_is_an_empty_world():
    assert toy_world(sentences=0) == []


_TOKEN = st.text(min_size=1).filter(lambda text: text.split() == [text] and text.isprintable())


@settings(deadline=None)  # Writing waits for the disk.
@given(sentences=st.lists(st.lists(_TOKEN, min_size=1)))
def test_written_corpus_reads_back(tmp_path_factory, sentences):
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    write_corpus(sentences, path)
    lines = path.read_bytes().decode("utf-8").split("\n")
    assert [line.split(" ") for line in lines[:-1]] == sentences
    assert lines[-1] == ""


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "tab\t"])
def test_token_that_would_not_read_back_is_refused(tmp_path, token):
    path = tmp_path / "corpus.txt"
    path.write_text("old\n")
    with pytest.raises(CorpusError, match="sentence 2"):
        write_corpus([["fine"], ["a", token]], path)
    assert path.read_text() == "old\n"
    assert os.listdir(tmp_path) == ["corpus.txt"]


def test_folder_that_does_not_exist_is_named(tmp_path):
    path = tmp_path / "nowhere" / "corpus.txt"
    with pytest.raises(ResourceError, match=r"corpus\.txt.*No such file"):
        write_corpus([["a"]], path)
