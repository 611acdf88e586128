from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastvec.errors import CorpusError, ResourceError
from fastvec.text import Corpus
from fastvec.text.unpacking import unpack

from .packing import PACKERS, zipped
from .strategies import sizes, texts

in_one_place = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def blocks_of(path, data: bytes, size: int = 1 << 22) -> list[bytes]:
    path.write_bytes(data)
    return list(Corpus(path).blocks(size))


def ended(data: bytes) -> bytes:
    return data if data.endswith(b"\n") else data + b"\n"


@pytest.mark.parametrize("kind", PACKERS)
@in_one_place
@given(text=texts, size=sizes)
def test_every_packing_holds_the_same_text(tmp_path, kind, text, size):
    # The name tells nothing.
    blocks = blocks_of(tmp_path / "corpus.dat", PACKERS[kind](text), size)
    assert b"".join(blocks) == ended(text)
    assert all(block[-1:].isspace() for block in blocks)


@pytest.mark.parametrize("kind", PACKERS)
@in_one_place
@given(text=texts)
def test_standard_input_equals_the_file(pipe_in, kind, text):
    pipe_in(PACKERS[kind](text))
    assert b"".join(Corpus("-").blocks(50)) == ended(text)


@given(st.lists(texts, min_size=1, max_size=4), st.integers(1, 60))
def test_members_and_padding_of_gzip_are_read_in_any_pieces(parts, step):
    data = b"\0\0".join(map(gzip.compress, parts)) + bytes(100)
    pieces = (data[start : start + step] for start in range(0, len(data), step))
    assert b"".join(unpack("gzip", pieces)) == b"".join(parts)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_output_comes_in_pieces_however_well_it_is_packed(pack):
    kind = {gzip.compress: "gzip", bz2.compress: "bzip2", lzma.compress: "xz"}[pack]
    pieces = list(unpack(kind, iter([pack(b"a " * 1_500_000)])))
    assert max(map(len, pieces)) <= 1 << 20
    assert sum(map(len, pieces)) == 3_000_000


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zip"])
@pytest.mark.parametrize("left", [0.3, 0.9])
def test_a_truncated_file_is_named(tmp_path, kind, left):
    packed = PACKERS[kind](bytes(range(1, 256)) * 100)
    with pytest.raises(CorpusError, match=r"c\.txt.*damaged or cut short"):
        blocks_of(tmp_path / "c.txt", packed[: int(len(packed) * left)])


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz"])
def test_a_damaged_second_member_is_not_skipped(tmp_path, kind):
    packed = PACKERS[kind](b"a b\n")
    with pytest.raises(CorpusError, match="damaged"):
        blocks_of(tmp_path / "c", packed + b"x" + packed)


def test_zip_members_come_in_name_order_and_end_their_sentence(tmp_path):
    members = {"b.txt": b"b", "a/x.txt": b"a\n", "__MACOSX/._b.txt": b"\0", ".hidden": b"h"}
    blocks = blocks_of(tmp_path / "c.zip", zipped(members))
    assert b"".join(blocks) == b"a\nb\n"


def test_an_encrypted_zip_is_refused(tmp_path):
    packed = bytearray(zipped({"a.txt": b"a"}))
    packed[6] |= 1  # the flag in the member's header
    packed[packed.index(b"PK\x01\x02") + 8] |= 1  # and in the table of contents
    with pytest.raises(CorpusError, match=r"a\.txt: encrypted"):
        blocks_of(tmp_path / "c.zip", bytes(packed))


@pytest.mark.parametrize("inner", ["gz", "bz2", "xz", "zip"])
@pytest.mark.parametrize("outer", ["gz", "zip"])
def test_packed_twice_is_refused(tmp_path, inner, outer):
    with pytest.raises(CorpusError, match="inside packed data"):
        blocks_of(tmp_path / "c", PACKERS[outer](PACKERS[inner](b"a b c")))


def test_an_office_document_is_named(tmp_path):
    with pytest.raises(CorpusError, match="Office document"):
        blocks_of(tmp_path / "c", zipped({"[Content_Types].xml": b"<x/>", "doc.xml": b"<x/>"}))


def test_no_room_for_an_archive_from_standard_input_is_said(pipe_in, monkeypatch):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    pipe_in(PACKERS["zip"](b"a"))
    with pytest.raises(ResourceError, match=r"No space left on device.*TMPDIR"):
        list(Corpus("-").blocks())


def test_an_empty_zip_holds_no_text(tmp_path):
    zipfile.ZipFile(tmp_path / "c.zip", "w").close()
    assert list(Corpus(tmp_path / "c.zip").blocks()) == []


@pytest.mark.parametrize("kind", PACKERS)
def test_position_rises_to_the_size_on_disk(tmp_path, kind):
    for name in ("1", "2"):
        (tmp_path / name).write_bytes(PACKERS[kind](b"some words here\n" * 50_000))
    corpus = Corpus(tmp_path)
    seen = [corpus.position() for _ in corpus.blocks(1 << 16)]
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] <= corpus.position() == corpus.total_bytes
