from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fastvec
from fastvec.errors import CorpusError, FastvecError, ParameterError
from fastvec.text.stretches import stretches

CITY = [["new", "york", "city", w] for w in "abcd"] * 5 + [["old", "new", w] for w in "efgh"] * 9
WORDS = st.sampled_from(["new", "york", "city", "old", "a_b", "é"])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=9), min_size=1, max_size=9)


def twin_scores(sentences, scoring, min_count):
    """Scores of all pairs that are not rare, from the definitions."""
    words = Counter(word for sentence in sentences for word in sentence)
    pairs = Counter(pair for sentence in sentences for pair in pairwise(sentence))
    total = sum(words.values())
    scores = {}
    for (a, b), n in pairs.items():
        if n >= min_count and scoring == "word2phrase":
            scores[a, b] = (n - min_count) * total / (words[a] * words[b])
        elif n >= min_count:
            chance = (words[a] / total) * (words[b] / total)
            scores[a, b] = math.log(n / total / chance) / -math.log(n / total)
    return scores


def twin_join(sentence, scores, threshold, overlap):
    """Join pair after pair, best or left one first."""
    places = [p for p, pair in enumerate(pairwise(sentence)) if scores.get(pair, -9) > threshold]
    if overlap == "best":
        places.sort(key=lambda p: (-scores[sentence[p], sentence[p + 1]], p))
    joined, taken = dict(enumerate(sentence)), set()
    for place in places:
        if not taken & {place, place + 1}:
            taken |= {place, place + 1}
            joined[place] += "_" + joined.pop(place + 1)
    return [joined[place] for place in sorted(joined)]


def sentences_of(text):
    """Put stretches together again."""
    sentences = [[]]
    for word in (word for stretch in text for word in stretch):
        if word is None:
            sentences.append([])
        else:
            sentences[-1].append(word)
    assert sentences.pop() == []
    return sentences


def scores_of(phrases):
    return {phrase.words: pytest.approx(phrase.score) for phrase in phrases.top()}


@pytest.mark.parametrize("overlap", ["best", "left"])
@pytest.mark.parametrize(("scoring", "threshold"), [("word2phrase", 0.3), ("npmi", 0.1)])
@given(text=TEXTS)
def test_pairs_and_joined_text_are_those_of_the_definition(text, scoring, threshold, overlap):
    phrases = fastvec.Phrases(
        scoring=scoring, threshold=threshold, min_count=2, overlap=overlap
    ).fit(text)
    expected = twin_scores(text, scoring, 2)
    # Sums in another order may fall to the other side of a threshold that they equal.
    if all(abs(score - threshold) > 1e-9 for score in expected.values()):
        high = {pair: score for pair, score in expected.items() if score > threshold}
        assert scores_of(phrases) == high
        found = {phrase.words: phrase.score for phrase in phrases.top()}
        joined = [twin_join(sentence, found, threshold, overlap) for sentence in text]
        assert [phrases.transform(sentence) for sentence in text] == joined
        assert sentences_of(phrases.join(fastvec.Corpus(text))) == joined


@given(TEXTS, st.integers(1, 40), st.sampled_from(["best", "left"]))
def test_where_a_text_is_cut_does_not_matter(text, size, overlap):
    class Pieces(fastvec.Corpus):
        def blocks(self, _=0):
            return super().blocks(size)

    settings = {"threshold": 0.2, "min_count": 1, "passes": 2, "overlap": overlap}
    whole = fastvec.Phrases(**settings).fit(text)
    pieces = fastvec.Phrases(**settings).fit(Pieces(text))
    assert pieces.top() == whole.top()
    joined = [whole.transform(sentence) for sentence in text]
    assert sentences_of(pieces.join(Pieces(text))) == joined


def test_scores_of_word2phrase_and_npmi_order_the_pairs():
    """P1: thresholds are guesswork, and their scale differs between tools."""
    text = [["new", "york"]] * 10 + [[f"w{n}", f"x{n}"] for n in range(40)]
    (best,) = fastvec.Phrases(threshold=0).fit(text).top()
    assert best == (("new", "york"), 10, (10 - 5) * 100 / (10 * 10))
    (best,) = fastvec.Phrases(scoring="npmi").fit(text).top()
    assert best.score == pytest.approx(1)  # They never stand alone.


@pytest.mark.parametrize(
    ("overlap", "joined"), [("best", ["a", "b_c"]), ("left", ["a_b", "c"])]
)  # fmt: skip
def test_of_overlapping_pairs_the_best_or_the_left_one_is_joined(overlap, joined):
    """P2: a greedy choice from the left surprises."""
    text = [["a", "b"]] * 10 + [["b", "c"]] * 30 + [["a", "x"]] * 20
    phrases = fastvec.Phrases(threshold=0.1, overlap=overlap).fit(text)
    assert [phrase.words for phrase in phrases.top()] == [("a", "x"), ("b", "c"), ("a", "b")]
    assert phrases.transform(["a", "b", "c"]) == joined


def test_equal_scores_join_from_the_left_and_words_only_once():
    phrases = fastvec.Phrases(threshold=0.1, min_count=1).fit([["b", "b", "b"]] * 10)
    assert phrases.transform(["b"] * 5) == ["b_b", "b_b", "b"]


def test_two_passes_find_three_words():
    """P3: longer phrases need the tool to be run again and again."""
    one, two = (fastvec.Phrases(threshold=1, passes=passes).fit(CITY) for passes in (1, 2))
    sentence = ["in", "new", "york", "city"]
    assert one.transform(sentence) == ["in", "new", "york_city"]
    assert two.transform(sentence) == ["in", "new_york_city"]
    assert ("new", "york_city") in [phrase.words for phrase in two.top()]


def test_no_pair_crosses_the_end_of_a_line(tmp_path):
    """T4 of algorithms: word2phrase counts such pairs, though it means not to."""
    (tmp_path / "a.txt").write_text("b a\n" * 50)
    (tmp_path / "b.txt").write_text("a b" * 1)
    phrases = fastvec.Phrases(threshold=0, min_count=1).fit(fastvec.Corpus(tmp_path))
    assert [phrase.words for phrase in phrases.top()] == [("b", "a")]


def test_a_word_of_5000_letters_is_a_word(tmp_path):
    """B8: word2phrase crashes on long words."""
    (tmp_path / "a.txt").write_text(f"{'x' * 5000} y\n" * 9)
    phrases = fastvec.Phrases(threshold=0).fit(tmp_path / "a.txt")
    assert phrases.transform(["x" * 5000, "y"]) == ["x" * 5000 + "_y"]


def test_memory_is_bounded_by_dropping_the_rarest():
    text = [[f"w{n}", f"x{n}"] for n in range(500)] + [["new", "york"]] * 20

    class Pieces(fastvec.Corpus):
        def blocks(self, _=0):
            return super().blocks(100)

    bounded = fastvec.Phrases(threshold=0, min_count=1, max_entries=100).fit(Pieces(text))
    whole = fastvec.Phrases(threshold=0, min_count=1).fit(text)
    assert bounded.undercount > whole.undercount == 0
    (best,) = bounded.top()
    assert best.words == ("new", "york")
    assert 20 - bounded.undercount <= best.frequency <= 20


@pytest.mark.parametrize(
    ("whitespace", "words"), [("unicode", ["A", "B", "c"]), ("ascii", ["A\u00a0B", "c"])]
)
def test_text_is_read_as_the_corpus_says(tmp_path, whitespace, words):
    (tmp_path / "a.txt").write_bytes("A\u00a0B  c\n\n \nd\xff".encode("utf-8"))
    corpus = fastvec.Corpus(tmp_path / "a.txt", whitespace=whitespace)
    assert sentences_of(stretches(corpus)) == [words, ["d\xff"]]
    folded = fastvec.Corpus(tmp_path / "a.txt", whitespace=whitespace, lowercase=True)
    assert sentences_of(stretches(folded))[0] == [word.lower() for word in words]


def test_tokens_of_lists_may_hold_spaces():
    text = [["new york", "city"], [], ["é"]]
    assert sentences_of(stretches(fastvec.Corpus(text))) == [["new york", "city"], ["é"]]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scoring": "pmi"}, "scoring must be word2phrase or npmi, but is 'pmi'"),
        ({"overlap": "right"}, "overlap must be best or left"),
        ({"min_count": 0}, "must be at least 1"),
        ({"delimiter": ""}, "delimiter must be text without spaces"),
        ({"delimiter": "a b"}, "delimiter must be text without spaces"),
        ({"scoring": "npmi", "threshold": 10}, "threshold must be from -1 to below 1, but is 10"),
    ],
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises(ParameterError, match=message):
        fastvec.Phrases(**settings)


def test_what_cannot_be_answered_is_said():
    with pytest.raises(FastvecError, match="call fit first"):
        fastvec.Phrases().transform(["a"])
    with pytest.raises(CorpusError, match="holds no words"):
        fastvec.Phrases().fit([[]])
    assert fastvec.Phrases().fit([["a"]]).transform(["a", "b"]) == ["a", "b"]


@pytest.mark.parametrize(("scoring", "threshold"), [("npmi", 0.2), ("word2phrase", 3.0)])
def test_gensim_finds_and_joins_the_same(english, scoring, threshold):
    models = pytest.importorskip("gensim.models.phrases", reason="needs the extra `interop`")
    text = [line.split() for line in english.splitlines()]
    words = sum(map(len, text))
    theirs = models.Phrases(text, min_count=5, threshold=0.5, scoring="npmi")
    # gensim's score has the size of its vocabulary where word2phrase has the words of the text.
    scale = words / len(theirs.vocab) if scoring == "word2phrase" else 1
    kind = "default" if scoring == "word2phrase" else scoring
    theirs = models.Phrases(text, min_count=5, threshold=threshold / scale, scoring=kind)
    ours = fastvec.Phrases(scoring=scoring, threshold=threshold, overlap="left").fit(text)
    expected = {tuple(p.split("_")): score * scale for p, score in theirs.export_phrases().items()}
    assert len(expected) > 20
    assert scores_of(ours) == expected
    assert [ours.transform(sentence) for sentence in text] == [theirs[s] for s in text]
