"""What the tests of this folder share."""

from __future__ import annotations

import pytest


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "c.txt"
    path.write_text("a b a\n\nc a b")
    return path
