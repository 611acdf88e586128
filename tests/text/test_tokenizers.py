from __future__ import annotations

from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ParameterError, ResourceError
from fastvec.text import tokenize
from fastvec.text.tokenizers import block_tokenizer, check_tokenizer

needs_jieba = pytest.mark.skipif(find_spec("jieba") is None, reason="needs the extra `chinese`")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("orange juice. (Apple!)", "orange juice Apple"),
        ("don't l’eau 'quoted' dogs'", "don't l’eau quoted dogs"),
        ("well-known new_york 3.14", "well known new york 3 14"),
        ("naïve cafe\u0301 Ελλάδα", "naïve cafe\u0301 Ελλάδα"),
        ("हिन्दी में", "हिन्दी में"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u2764\ufe0f ... — ☃", ""),
        ("我喜欢，苹果。", "我喜欢 苹果"),
    ],
)
def test_words_are_letters_digits_and_marks(text, words):
    assert tokenize(text, "words") == ([words.split(" ")] if words else [])


def test_sentences_are_lines_and_empty_ones_are_left_out():
    assert tokenize("a b.\r\n\n c\u3000d", "whitespace") == [["a", "b."], ["c", "d"]]


def test_whitespace_leaves_blocks_alone():
    assert block_tokenizer("whitespace")(b"a,  \xff b ") == b"a,  \xff b "


def test_a_block_may_end_inside_a_sentence():
    assert block_tokenizer("words")(b"a, b. ") == b"a b "
    assert block_tokenizer("words")(b"a, b.\n") == b"a b\n"


@pytest.mark.parametrize("tokenizer", ["words", pytest.param("zh", marks=needs_jieba)])
def test_bad_bytes_stay_in_their_words(tokenizer):
    assert block_tokenizer(tokenizer)("苹果 ".encode() + b"\xe9t\xe9, b\n").endswith(
        b" \xe9t\xe9 b\n"
    )


@needs_jieba
@pytest.mark.parametrize("tokenizer", ["words", "zh"])
@given(st.lists(st.text(alphabet="ab苹果é。,'’_ \t\udcff\n", max_size=12), max_size=4))
def test_tokens_do_not_depend_on_where_a_text_is_cut(tokenizer, parts):
    run = block_tokenizer(tokenizer)
    blocks = [f"{part} ".encode("utf-8", "surrogateescape") for part in parts]
    assert b"".join(map(run, blocks)).split() == run(b"".join(blocks)).split()


@needs_jieba
def test_chinese_is_cut_into_words_and_sentences():
    text = "我喜欢吃苹果。我喜欢吃梨子！\n他说“好”。"
    assert tokenize(text, "zh") == [
        ["我", "喜欢", "吃", "苹果"],
        ["我", "喜欢", "吃", "梨子"],
        ["他", "说", "好"],
    ]


@needs_jieba
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("他说don't，然后去café了", ["他", "说", "don't", "然后", "去", "café", "了"]),
        ("plain well-known words", ["plain", "well", "known", "words"]),
        ("一件T恤", ["一件", "T恤"]),
        ("食べる", ["食", "べる"]),
        ("中'文", ["中", "文"]),
    ],
)
def test_mixed_text_keeps_its_other_words(text, words):
    assert tokenize(text, "zh") == [words]


@needs_jieba
def test_jieba_is_silent_and_writes_no_cache(tmp_path, monkeypatch, capfd):
    from fastvec.text.tokenizers import _jieba

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    _jieba.cache_clear()
    assert tokenize("苹果", "zh") == [["苹果"]]
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_missing_jieba_is_said_before_work_starts(monkeypatch):
    monkeypatch.setattr("fastvec.text.tokenizers.find_spec", lambda _: None)
    with pytest.raises(ResourceError, match=r"pip install 'fastvec\[chinese\]'"):
        check_tokenizer("zh")


def test_unknown_tokenizer_is_refused():
    with pytest.raises(ParameterError, match="'spacy': expected one of"):
        tokenize("a", "spacy")
