"""Sentences that are token lists already, as blocks of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NoReturn

from fastvec.errors import ParameterError
from fastvec.text.separators import TOKEN_GAP, TOKEN_SENTENCE_END

# A tab joins tokens while they are checked: no token may hold one.
_JOINT = "\t"
_FORBIDDEN = (
    ("\t", "a tab"),
    ("\n", "a line break"),
    ("\r", "a line break"),
    ("\udcfe", "the byte 0xFE"),
    ("\udcff", "the byte 0xFF"),
)


def check_sentences(sentences: object) -> Iterable[Iterable[str]]:
    """Return `sentences` if they can be read more than once and begin with a token list.

    Raises
    ------
    ParameterError
        For a one-shot iterator, a list of plain strings, or what is no iterable at all.
    """
    if not isinstance(sentences, Iterable) or isinstance(sentences, (bytes, bytearray)):
        raise ParameterError(
            f"expected a path or a list of token lists, found {type(sentences).__name__}"
        )
    # A class may also keep one generator and hand it out again.
    first, second = iter(sentences), iter(sentences)
    if first is second:
        raise ParameterError(
            f"a {type(sentences).__name__} can be read only once, and a corpus is read several "
            "times; pass a list, or an object whose __iter__ starts again"
        )
    for sentence in first:
        _encoded(sentence, 1)
        break
    return sentences


def token_blocks(sentences: Iterable[Iterable[str]], size: int) -> Iterator[bytes]:
    """Yield blocks of about `size` bytes: tokens joined by 0xFF, sentences ended by 0xFE.

    Raises
    ------
    ParameterError
        If a sentence is not a list of tokens, or a token is not a str, is empty, or holds a
        tab, a line break or one of these two bytes; names the sentence (from 1) and the token.
    """
    held = bytearray()
    for number, sentence in enumerate(sentences, start=1):
        held += _encoded(sentence, number)
        held += TOKEN_SENTENCE_END
        if len(held) >= size:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _encoded(sentence: Iterable[str], number: int) -> bytes:
    """Return the tokens of one sentence, joined."""
    if isinstance(sentence, (str, bytes)):
        shown = sentence[:60]
        raise ParameterError(
            f"sentence {number}: expected a list of tokens, found a string {shown!r}; "
            "split it first, or pass a file path (several as several arguments)"
        )
    if not isinstance(sentence, Iterable):
        raise ParameterError(
            f"sentence {number}: expected a list of tokens, found {type(sentence).__name__}"
        )
    tokens = sentence if isinstance(sentence, (list, tuple)) else list(sentence)
    try:
        encoded = _JOINT.join(tokens).encode("utf-8", "surrogateescape")
    except (TypeError, UnicodeEncodeError):
        _refuse(tokens, number)
    if _is_clean(encoded, len(tokens)):
        return encoded.replace(_JOINT.encode(), TOKEN_GAP)
    _refuse(tokens, number)


def _is_clean(encoded: bytes, count: int) -> bool:
    """Check all tokens of a sentence in a few passes over the whole."""
    framed = b"\t" + encoded + b"\t"
    return count == 0 or (
        framed.count(b"\t") == count + 1
        and b"\t\t" not in framed
        and not any(byte in encoded for byte in (b"\n", b"\r", b"\xfe", b"\xff"))
    )


def _refuse(tokens: Iterable[object], number: int) -> NoReturn:
    """Find the token that is at fault and name it."""
    for place, token in enumerate(tokens, start=1):
        fault = _fault(token)
        if fault is not None:
            raise ParameterError(f"sentence {number}, token {place}: {fault}; clean the tokens")
    raise AssertionError("a refused sentence has a token at fault")


def _fault(token: object) -> str | None:
    """Return what is wrong with a token."""
    if not isinstance(token, str):
        return f"expected a string, found {token!r}"
    if not token:
        return "the token is empty"
    for sign, name in _FORBIDDEN:
        if sign in token:
            return f"{token!r} holds {name}"
    try:
        token.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return f"{token!r} holds half a character"
    return None
