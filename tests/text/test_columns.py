"""Column files: CoNLL-2003, WNUT, CoNLL-U and others; bad lines named."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import CorpusError, FormatError, ParameterError
from fastvec.text.columns import TaggedSentence, read_columns, written

CONLL2003 = """-DOCSTART- -X- O O

EU NNP I-NP I-ORG
rejects VBZ I-VP O

Peter NNP I-NP I-PER

-DOCSTART- -X- O O

# NN I-NP O
"""
WNUT = "@paul\tO\nEmpire\tB-location\n#\tO\n\t\nNew York\tB-location\n"
CONLLU = """# newdoc id = one
# sent_id = 1
# text = Don't stop
1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_
1\tDo\tdo\tAUX\tVB\t_\t3\taux\t_\t_
2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_
2.1\tgo\tgo\tVERB\tVB\t_\t_\t_\t_\t_
3\tstop\tstop\tVERB\tVB\t_\t0\troot\t_\t_

# newdoc id = two
# sent_id = 2
1\t#\t#\tSYM\tNN\t_\t0\troot\t_\t_
"""


@pytest.fixture
def read(tmp_path):
    def call(text, **options):
        (tmp_path / "a.conll").write_bytes(text.encode() if isinstance(text, str) else text)
        return read_columns(tmp_path / "a.conll", **options)

    return call


def pairs(text):
    return [(sentence.words, sentence.tags) for sentence in text.sentences]


@pytest.mark.parametrize("end", ["", "\n", "\n\n \n"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_conll_2003_has_documents_and_tags_in_the_last_column(read, end, line_end):
    text = read((CONLL2003.rstrip("\n") + end).replace("\n", line_end))
    assert pairs(text) == [
        (["EU", "rejects"], ["I-ORG", "O"]), (["Peter"], ["I-PER"]), (["#"], ["O"]),
    ]  # fmt: skip
    assert [sentence.document for sentence in text.sentences] == [0, 0, 1]
    assert [sentence.line for sentence in text.sentences] == [3, 6, 10]
    assert (text.name, text.columns, text.documents, text.tokens) == ("a.conll", 4, 2, 4)


def test_tabs_let_words_hold_spaces(read):
    assert pairs(read(WNUT)) == [
        (["@paul", "Empire", "#"], ["O", "B-location", "O"]),
        (["New York"], ["B-location"]),
    ]


def test_conllu_skips_comments_ranges_and_empty_nodes(read):
    text = read(CONLLU)
    assert pairs(text) == [
        (["Do", "n't", "stop"], ["AUX", "PART", "VERB"]), (["#"], ["SYM"]),
    ]  # fmt: skip
    assert text.documents == 2


@pytest.mark.parametrize(
    ("column", "tags"),
    [("xpos", ["VB", "RB", "VB"]), (3, ["do", "not", "stop"]), ("LEMMA", ["do", "not", "stop"]),
     (-3, ["aux", "advmod", "root"]), ("-3", ["aux", "advmod", "root"]),
     ("2", ["Do", "n't", "stop"])],
)  # fmt: skip
def test_columns_are_chosen_by_number_or_name(read, column, tags):
    assert read(CONLLU, tag=column).sentences[0].tags == tags


def test_conll_2003_columns_have_names_and_words_can_be_any(read):
    text = read(CONLL2003, word="pos", tag="chunk")
    assert pairs(text)[0] == (["NNP", "VBZ"], ["I-NP", "I-VP"])


def test_columns_are_named_by_a_line(read):
    text = read("# global.columns = TAG WORD\nO a\nB-X b\n", word="word", tag="tag")
    assert pairs(text) == [(["a", "b"], ["O", "B-X"])]


def test_comments_between_sentences_are_passed_over(read):
    text = read("# id 17 domain=en\n# text = a b\na _ _ O\nb _ _ B-X\n\n# id 18\n# O B c\n")
    assert pairs(text) == [(["a", "b"], ["O", "B-X"]), (["#"], ["c"])]


def test_words_alone_are_read_where_no_tags_are_asked_for(read):
    assert read("a\nb\n\nc\n", tag=None).sentences == [
        TaggedSentence(["a", "b"], [], 0, 1), TaggedSentence(["c"], [], 0, 4),
    ]  # fmt: skip


def test_packed_files_are_read(read):
    assert pairs(read(gzip.compress(WNUT.encode()))) == pairs(read(WNUT))


def test_bytes_that_are_no_text_are_kept(read):
    assert read(b"caf\xe9 O\n").sentences[0].words == ["caf\udce9"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a O\nb\n", r"a\.conll, line 2: has 1 columns between spaces, but line 1 has 2"),
        ("a\tO\nb O\n", r"line 2: has 1 columns between tabs, but line 1 has 2"),
        ("\n\na O\nb x O\n", r"line 4: has 3 columns between spaces, but line 3 has 2"),
        ("a\tO\n\tO\n", r"line 2: a column is empty"),
        ("", r"holds no sentence"),
        ("-DOCSTART- O\n\n", r"holds no sentence"),
        (CONLLU + "x\ta\t_\t_\t_\t_\t_\t_\t_\t_\n", r"line 13: 'x' is no CoNLL-U id"),
        ("# global.columns = A B C\na O\n", r"line 2: has 2 columns, but global.columns names 3"),
    ],
)
def test_lines_that_do_not_fit_are_named(read, text, message):
    with pytest.raises(FormatError, match=message):
        read(text)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (5, "there is no column 5: the file has 4"),
        (0, "there is no column 0"),
        (-5, "there is no column -5"),
        ("entity", "no column 'entity': use one of word, pos, chunk, ner, or a number from 1 to 4"),
    ],
)
def test_a_column_that_is_not_there_is_named(read, column, message):
    with pytest.raises(ParameterError, match=message):
        read(CONLL2003, tag=column)


def test_a_file_that_is_not_there_is_one_message(tmp_path):
    with pytest.raises(CorpusError, match="no such file"):
        read_columns(tmp_path / "none.conll")


WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=5)
SENTENCES = st.lists(
    st.tuples(st.booleans(), st.lists(st.tuples(WORD, WORD, WORD), min_size=1, max_size=4)),
    min_size=1, max_size=4,
)  # fmt: skip


@given(SENTENCES)
def test_what_is_written_is_read_again(tmp_path_factory, drawn):
    document, sentences = 0, []
    for fresh, rows in drawn:
        document += bool(fresh and sentences)
        sentences.append((document, [list(column) for column in zip(*rows, strict=True)]))
    path = tmp_path_factory.mktemp("columns") / "a.conll"
    path.write_text("".join(written(sentences)), encoding="utf-8")
    text = read_columns(path, tag=3)
    assert pairs(text) == [(columns[0], columns[2]) for _, columns in sentences]
    assert [sentence.document for sentence in text.sentences] == [d for d, _ in sentences]


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "sentences", "tokens", "documents"),
    [("ner/conll2003-train.txt.xz", 14041, 203621, 946), ("ner/wnut17-test.txt.xz", 1287, 23394, 1),
     ("pos/en_ewt-ud-dev.conllu.xz", 2001, 25147, 318)],
)  # fmt: skip
def test_real_files_have_the_known_sizes(name, sentences, tokens, documents):
    source = Path(os.environ.get("FASTVEC_DATA", Path(__file__).parents[2] / "../shared/data"))
    if not (source / name).is_file():
        pytest.skip(f"{source / name} is not there; FASTVEC_DATA names the folder")
    text = read_columns(source / name)
    assert (len(text.sentences), text.tokens, text.documents) == (sentences, tokens, documents)
