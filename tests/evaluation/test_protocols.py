"""Each protocol gives the number of the program that it is named after."""

import numpy as np
import pytest

from fastvec.evaluation.analogies import evaluate_analogies
from fastvec.evaluation.files import read_questions
from fastvec.vectors.word_vectors import WordVectors
from tests.evaluation.peers import PEERS
from tests.evaluation.planting import planted

FILES = (
    "questions-words", "questions-phrases", "msr-syntactic",
    "zh-ca-translated", "zh-ca8-morphological", "zh-ca8-semantic",
)  # fmt: skip


def thinned(path, target, step):
    """Write every so manieth question of a file, and its sections."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for number, line in enumerate(lines) if line[0] == ":" or number % step == 0]
    target.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return target


def keyed(vectors):
    models = pytest.importorskip("gensim.models", reason="gensim is not installed")
    found = models.KeyedVectors(vectors.dim)
    found.add_vectors(vectors.words, vectors.matrix)
    return found


@pytest.mark.data
@pytest.mark.parametrize("name", FILES)
def test_gensims_score_is_reproduced_section_by_section(data, tmp_path, name):
    path = thinned(data / "analogy" / f"{name}.txt", tmp_path / "q.txt", 23)
    vectors = planted(read_questions(path).words)
    for options, theirs in [
        ({}, {}),
        ({"restrict": 300}, {"restrict_vocab": 300}),
        ({"oov": "zero"}, {"dummy4unknown": True}),
    ]:
        ours = evaluate_analogies(vectors.words, vectors.matrix, path, **options)
        accuracy, sections = keyed(vectors).evaluate_word_analogies(str(path), **theirs)
        expected = [(s["section"], len(s["correct"]), len(s["correct"]) + len(s["incorrect"]))
                    for s in sections[:-1]]  # fmt: skip
        assert [(s.name, s.right, s.counted) for s in ours.sections] == expected
        assert ours.total.accuracy == accuracy
    assert 0.05 < ours.total.accuracy < 0.95


@pytest.mark.data
@pytest.mark.parametrize("protocol", PEERS)
@pytest.mark.parametrize("name", FILES)
def test_the_other_programs_rules_are_reproduced(data, tmp_path, name, protocol):
    path = thinned(data / "analogy" / f"{name}.txt", tmp_path / "q.txt", 211)
    questions = read_questions(path).words
    lower = [[word.lower() for word in question] for question in questions]
    vectors = planted(lower if protocol == "fasttext" else questions)
    ours = evaluate_analogies(vectors.words, vectors.matrix, path, protocol=protocol)
    assert (ours.total.right, ours.total.counted) == PEERS[protocol](
        vectors.words, vectors.matrix, questions
    )
    assert ours.total.counted


@pytest.fixture
def cased():
    """Give `queen` twice, and case variants of the question's words as nearest answers."""
    rows = {"man": [1, 0, 0], "woman": [1, 1, 0], "king": [1, 0, 1], "KING": [0.4, 0.9, 0.6],
            "Queen": [0.4, 1.1, 0.4], "queen": [1, -1, 0], "<unk>": [0.4, 0.7, 0.7],
            }  # fmt: skip
    return WordVectors(list(rows), np.array(list(rows.values()), dtype=np.float32))


@pytest.mark.parametrize(
    ("protocol", "question", "right", "counted"),
    [
        # The best row is <unk>; without it, KING is before Queen.
        ("gensim", "man woman king queen", 0, 1),
        ("gensim", "man woman king <unk>", 1, 1),
        ("word2vec-c", "man woman king <unk>", 1, 1),
        ("fasttext", "Man Woman King <unk>", 1, 1),
        ("fasttext", "Man Woman King Queen", 0, 1),
        ("glove", "man woman king <unk>", 0, 0),
        ("glove", "man woman king KING", 1, 1),
        ("glove", "Man woman king KING", 0, 0),
    ],
)
def test_case_and_unk_by_hand(cased, write, protocol, question, right, counted):
    found = evaluate_analogies(cased.words, cased.matrix, write(question), protocol=protocol)
    assert (found.total.right, found.total.counted) == (right, counted)


def test_variants_of_the_questions_words_answer_for_all_but_gensim(cased, write):
    words, matrix, path = cased.words[:-1], cased.matrix[:-1], write("man woman king queen")
    right = {
        protocol: evaluate_analogies(words, matrix, path, protocol=protocol).total.right
        for protocol in ("gensim", "word2vec-c")
    }
    assert right == {"gensim": 1, "word2vec-c": 0}


def test_the_c_tool_accepts_no_answer_without_a_positive_score(write):
    rows = np.array([[1, 0], [1, 0], [1, 0], [-1, 0.1]], dtype=np.float32)
    words, path = ["a", "b", "c", "d"], write("a b c d\n")
    for protocol, right in {"word2vec-c": 0, "gensim": 1, "glove": 1, "fasttext": 1}.items():
        assert evaluate_analogies(words, rows, path, protocol=protocol).total.right == right


def test_capitals_of_c_are_those_of_ascii(write):
    rows = np.eye(4, dtype=np.float32)
    for protocol, counted in {"gensim": 1, "word2vec-c": 0}.items():
        found = evaluate_analogies(["é", "b", "c", "d"], rows, write("É B C D"), protocol=protocol)
        assert found.total.counted == counted
