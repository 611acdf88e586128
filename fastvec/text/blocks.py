"""Cut a stream of text into blocks that no token straddles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def cut(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    r"""Join and cut the chunks of one text into blocks.

    Parameters
    ----------
    chunks : iterable of bytes
        The text, in pieces of any length.
    size : int
        Bytes a block, about. A stretch without white space is never cut, however long.

    Yields
    ------
    bytes
        Each ends with ASCII white space (bytes 0x09 to 0x0D and 0x20), the last with ``\n``.
        Joined, they are the text, plus that last ``\n`` where it is missing.
    """
    held: list[bytes] = []
    length = 0
    last = b""
    for piece in _at_most(size, chunks):
        held.append(piece)
        length += len(piece)
        last = piece[-1:]
        # Older pieces are not searched again, so that a huge word costs its length once.
        if length >= size and (end := _border(piece)):
            held[-1] = piece[:end]
            yield b"".join(held)
            held = [piece[end:]]
            length = len(held[0])
    if last not in (b"", b"\n"):
        held.append(b"\n")
    if rest := b"".join(held):
        yield rest


def _at_most(size: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks in pieces of 1 to `size` bytes."""
    for chunk in chunks:
        for start in range(0, len(chunk), size):
            yield chunk[start : start + size]


def _border(piece: bytes) -> int:
    """Return the place after the last ASCII white space; 0 if there is none."""
    if piece[-1:].isspace():
        return len(piece)
    return len(piece) - len(piece.rsplit(None, 1)[-1])
