"""F8: every format inside gz, bz2, xz and zip, whatever the file's name."""

import bz2
import gzip
import io
import lzma
import tempfile
import zipfile
from contextlib import suppress

import numpy as np
import pytest

from fastvec.errors import FormatError, ResourceError
from fastvec.vectors import packed
from fastvec.vectors.formats import load, open_vectors, save
from fastvec.vectors.reading import Reading
from fastvec.vectors.word_vectors import WordVectors


def zipped(members):
    """Return a zip archive of members by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


PACKERS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    "zip": lambda data: zipped({"folder/v.dat": data, "__MACOSX/._v.dat": b"x", "empty/": b""}),
}
VECTORS = WordVectors(
    ["the", "苹果", "\udcd0", "<unk>"],
    np.random.default_rng(1).standard_normal((4, 3)).astype(np.float32),
)


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("suffix", [".txt", ".glove.txt", ".bin", ".safetensors"])
def test_it_is_opened_by_its_first_bytes(packing, suffix, tmp_path):
    save(VECTORS, tmp_path / f"v{suffix}")
    path = tmp_path / "packed"
    path.write_bytes(PACKERS[packing]((tmp_path / f"v{suffix}").read_bytes()))
    opened = open_vectors(path)
    assert opened.packing == packing
    assert opened.vectors.words == VECTORS.words
    assert opened.vectors.matrix.tobytes() == VECTORS.matrix.tobytes()


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    (tmp_path / "v.gz").write_bytes(gzip.compress(b"a 1 2\n"))
    (tmp_path / "bad.gz").write_bytes(gzip.compress(b"no vectors\nat all\n"))
    assert load(tmp_path / "v.gz").words == ["a"]
    with pytest.raises(FormatError, match=r"/bad\.gz: not a file of vectors"):
        load(tmp_path / "bad.gz")
    assert list((tmp_path / "t").iterdir()) == []


def test_a_member_of_an_archive_is_named_behind_it(tmp_path):
    path = tmp_path / "glove.zip"
    path.write_bytes(zipped({"g.1d.txt": "a 1\n", "sub/g.2d.txt": "a 1 2\n"}))
    with pytest.raises(FormatError, match=r"'g\.1d\.txt', 'sub/g\.2d\.txt'; name one"):
        load(path)
    assert load(path / "g.1d.txt").dim == 1
    assert load(path / "sub/g.2d.txt").dim == 2
    with pytest.raises(FormatError, match="no item named 'nope'"):
        load(path / "nope")
    (tmp_path / "plain.txt").write_text("a 1\n")
    with pytest.raises(FormatError, match="is no zip archive"):
        load(tmp_path / "plain.txt" / "g.1d.txt")


def test_an_array_finds_its_words_in_the_same_archive(tmp_path):
    save(VECTORS, tmp_path / "v.npy")
    members = {name: (tmp_path / name).read_bytes() for name in ("v.npy", "v.words.txt")}
    (tmp_path / "v.zip").write_bytes(zipped(members))
    assert load(tmp_path / "v.zip").words == VECTORS.words


@pytest.mark.parametrize("packing", ["gzip", "bzip2", "xz"])
def test_what_came_before_the_damage_is_kept_on_request(packing, tmp_path):
    """F6."""
    text = b"".join(b"w%d %.6f %.6f\n" % (row, row / 7, row / 3) for row in range(200_000))
    data = PACKERS[packing](text)
    path = tmp_path / "v.packed"
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(FormatError, match="damaged or cut short"):
        load(path)
    vectors = open_vectors(path, None, Reading(allow_truncated=True)).vectors
    assert 10_000 < len(vectors) < 200_000
    assert vectors.words[9_999] == "w9999"
    assert "read what came before the damage" in vectors.report[0]


@pytest.mark.parametrize("packing", PACKERS)
def test_a_file_made_to_fill_the_disk_is_refused(packing, tmp_path, monkeypatch):
    """Promise 7: numbers never pack as well as this."""
    monkeypatch.setattr(packed, "_SMALL", 1 << 16)
    path = tmp_path / "bomb"
    path.write_bytes(PACKERS[packing](b"a 0 0\n" * (1 << 19)))
    with pytest.raises(FormatError, match=r"unpacks to more than 200 times its .* bytes"):
        load(path)
    path.write_bytes(PACKERS[packing](b"".join(b"%d %d 1\n" % (n, n) for n in range(9999))))
    assert len(load(path)) == 9999


def test_a_member_larger_than_its_archive_declares_is_refused(tmp_path):
    """Promise 7: the declared size is no way around a limit."""
    data = bytearray(zipped({"v.txt": "a 1 2\n" * 1000}))
    size = (6000).to_bytes(4, "little")
    assert data.count(size) == 2
    (tmp_path / "v.zip").write_bytes(data.replace(size, (60).to_bytes(4, "little")))
    with pytest.raises(FormatError, match="damaged or cut short"):
        load(tmp_path / "v.zip")


def test_a_pytorch_file_is_named(tmp_path):
    """F11."""
    (tmp_path / "m.pt").write_bytes(zipped({"m/data.pkl": b"\x80\x02", "m/data/0": b"\0"}))
    with pytest.raises(FormatError, match="PyTorch"):
        load(tmp_path / "m.pt")


@pytest.mark.parametrize("name", ["../../evil.txt", "/evil.txt", "..\\evil.txt"])
def test_members_cannot_leave_the_temporary_folder(name, tmp_path):
    """Promise 7: a stranger's file cannot escape its folder."""
    (tmp_path / "v.zip").write_bytes(zipped({name: "a 1 2\n"}))
    before = sorted(tmp_path.rglob("*"))
    with suppress(FormatError):
        assert load(tmp_path / "v.zip").words == ["a"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ResourceError, match=r"nowhere\.txt cannot be read"):
        load(tmp_path / "nowhere.txt")
