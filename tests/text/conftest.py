from __future__ import annotations

import io
from types import SimpleNamespace

import pytest


class _Pipe(io.RawIOBase):
    """Like a pipe: no seeking, and a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self._data.read(min(len(buffer), 7))
        buffer[: len(data)] = data
        return len(data)


@pytest.fixture
def pipe_in(monkeypatch):
    """Make bytes the standard input."""

    def pipe(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=_Pipe(data)))

    return pipe
