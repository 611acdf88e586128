"""Tokenisers: text to text with one space between tokens, sentence ends kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.util import find_spec
from typing import Any

from fastvec.errors import ParameterError, ResourceError

TOKENIZERS = ("whitespace", "words", "zh")

# Bytes that are not UTF-8 become these when decoded, and belong to words.
_BAD = "\udc80-\udcff"
# Apostrophes, and the invisible joiners inside Persian and Indic words.
_JOINERS = "'’\u200c\u200d"
_HAN = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ZH_SENTENCE = re.compile("[。！？]+\n?|\n")

# Inside a mixed word, what jieba must not see: it would break don't, café or ひらがな.
# ASCII letters alone are left to it, since it knows words such as T恤 and 卡拉OK.
_OTHER = f"[^{_HAN}{_JOINERS}]"
_INNER = f"[{_JOINERS}](?={_OTHER})"
_NOT_HAN = re.compile(
    f"((?<!{_OTHER})(?:[A-Za-z0-9]*[^{_HAN}{_JOINERS}A-Za-z0-9]|[A-Za-z0-9]+{_INNER})"
    f"(?:{_OTHER}|{_INNER})*)"
)
_ANY_HAN = re.compile(f"[{_HAN}]")


def check_tokenizer(tokenizer: str) -> None:
    """Raise ParameterError for an unknown name, ResourceError where jieba is missing."""
    if tokenizer not in TOKENIZERS:
        raise ParameterError(f"tokenizer {tokenizer!r}: expected one of {', '.join(TOKENIZERS)}")
    if tokenizer == "zh" and find_spec("jieba") is None:
        raise ResourceError("tokenizer 'zh' needs jieba: pip install 'fastvec[chinese]'")


def block_tokenizer(tokenizer: str) -> Callable[[bytes], bytes]:
    r"""Return the function that tokenises one block.

    Parameters
    ----------
    tokenizer : {"whitespace", "words", "zh"}
        "whitespace" changes nothing. "words" keeps Unicode words (letters, digits, marks, with
        inner apostrophes) and drops the rest. "zh" also cuts Chinese into words with jieba and
        ends sentences after 。！？.

    Returns
    -------
    callable
        From bytes to bytes. Sentences end with ``\n``, tokens with a space or ``\n``; bytes
        that are not UTF-8 stay as they are, inside words.
    """
    check_tokenizer(tokenizer)
    if tokenizer == "whitespace":
        return _same
    return partial(_tokenized_block, _splitter(tokenizer))


def tokenize(text: str, tokenizer: str = "whitespace") -> list[list[str]]:
    """Split a text into sentences of tokens.

    Parameters
    ----------
    text : str
        One sentence a line.
    tokenizer : {"whitespace", "words", "zh"}, default "whitespace"
        What a token is.

    Returns
    -------
    list of list of str
        Sentences without tokens are left out.

    Raises
    ------
    ParameterError
        If there is no such tokeniser.
    ResourceError
        If "zh" is asked for and jieba is not installed.
    """
    check_tokenizer(tokenizer)
    return [tokens for tokens in _splitter(tokenizer)(text) if tokens]


def _same(block: bytes) -> bytes:
    """Leave a block as it is."""
    return block


def _tokenized_block(split: Callable[[str], Iterator[list[str]]], block: bytes) -> bytes:
    """Tokenise one block."""
    text = block.decode("utf-8", "surrogateescape")
    joined = "\n".join(map(" ".join, split(text)))
    # The next block may go on with the same sentence, but not with the same token.
    end = "" if joined.endswith("\n") else " "
    return (joined + end).encode("utf-8", "surrogateescape")


def _splitter(tokenizer: str) -> Callable[[str], Iterator[list[str]]]:
    """Return the function from a text to its sentences."""
    splitters = {"whitespace": _space_sentences, "words": _word_sentences, "zh": _zh_sentences}
    return splitters[tokenizer]


def _space_sentences(text: str) -> Iterator[list[str]]:
    """Split at white space."""
    return map(str.split, text.split("\n"))


def _word_sentences(text: str) -> Iterator[list[str]]:
    """Find the words of each line."""
    return map(_word_pattern().findall, text.replace("_", " ").split("\n"))


def _zh_sentences(text: str) -> Iterator[list[str]]:
    """Find the words of each line or Chinese sentence."""
    find = _word_pattern().findall
    for sentence in _ZH_SENTENCE.split(text.replace("_", " ")):
        yield [word for run in find(sentence) for word in _zh_words(run)]


def _zh_words(run: str) -> Iterator[str]:
    """Cut a run of letters with Chinese in it; leave others alone."""
    if not _ANY_HAN.search(run):
        yield run
        return
    for place, piece in enumerate(_NOT_HAN.split(run)):
        if place % 2:
            yield piece
        else:
            # Left over are joiners that join nothing.
            yield from (word for word in _jieba().cut(piece) if word[0].isalnum())


@cache
def _word_pattern() -> re.Pattern[str]:
    r"""Return the pattern of a Unicode word; Python's \w lacks the combining marks."""
    letter = rf"[\w{_BAD}]"
    more = rf"[{_BAD}{_marks()}]|[{_JOINERS}](?={letter})"
    # The look at one character spares most words the long class of marks: ten times faster.
    return re.compile(rf"(?:\w+|[{_BAD}]\w*)(?:(?=['\u0080-\U0010ffff])(?:{more})\w*)*")


def _marks() -> str:
    """Return the combining marks as ranges of a character class."""
    codes = [code for code in range(0x300, 0x20000) if unicodedata.category(chr(code))[0] == "M"]
    starts = [code for code in codes if unicodedata.category(chr(code - 1))[0] != "M"]
    ends = [code for code in codes if unicodedata.category(chr(code + 1))[0] != "M"]
    # Beyond are only the selectors of ideograph variants.
    spans = [*zip(starts, ends, strict=True), (0xE0100, 0xE01EF)]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in spans)


@cache
def _jieba() -> Any:
    """Return jieba's cutter, loaded from its own dictionary only.

    Left to itself, jieba logs to stderr and trusts a cache file in the shared temporary folder.
    """
    import warnings

    with warnings.catch_warnings():
        # Its source has old escapes, on which new Pythons remark.
        warnings.simplefilter("ignore")
        import jieba

    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter
