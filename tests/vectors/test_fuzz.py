"""Damaged files of every format are read or refused: no traceback, no hang, no silent loss.

Each format gets 200 corruptions, and 10,000 with the marker slow.
"""

import bz2
import gzip
import lzma
import random
import struct
import time
import zipfile

import numpy as np
import pytest

from fastvec.errors import FastvecError
from fastvec.vectors.formats import load, save
from fastvec.vectors.layout import parse_header
from fastvec.vectors.word_vectors import WordVectors

WORDS = ["the", "苹果", "b c", "7", "<unk>", "x\udcd0"]
PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
SECONDS = 5  # What takes milliseconds must not take longer, whatever it holds.


def make(folder, suffix):
    """Write a good file and return its path."""
    path = folder / f"v{suffix}"
    matrix = np.random.default_rng(3).standard_normal((6, 4)).astype(np.float32)
    words = [word.replace(" ", "_") for word in WORDS]
    plain = WordVectors(WORDS if suffix in (".txt", ".npy", ".safetensors") else words, matrix)
    if suffix == ".fasttext.bin":
        path.write_bytes(fasttext_model(words, matrix))
    elif suffix in PACKERS:
        save(plain, folder / "p.txt")
        path.write_bytes(PACKERS[suffix]((folder / "p.txt").read_bytes()))
    elif suffix == ".zip":
        save(plain, folder / "p.bin")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(folder / "p.bin", "p.bin")
    else:
        save(plain, path)
    return path


def fasttext_model(words, matrix):
    """Return a fastText model without n-grams."""
    rows, dim = matrix.shape
    data = struct.pack("<2i12id", 793712314, 12, dim, 5, 5, 1, 5, 1, 1, 2, 0, 0, 0, 100, 1e-4)
    data += struct.pack("<3i2q", len(words), len(words), 0, 99, -1)
    for word in words:
        data += word.encode("utf-8", "surrogateescape") + b"\0" + struct.pack("<qb", 3, 0)
    return data + (struct.pack("<?2q", False, rows, dim) + matrix.tobytes()) + bytes(17)


def corrupt(content, dice):
    """Flip, cut, insert, repeat, move or overwrite bytes, or move and repeat lines."""
    data = bytearray(content)
    for _ in range(dice.choice([1, 1, 1, 2, 5])):
        place, length = dice.randrange(len(data) + 1), dice.choice([1, 1, 2, 4, 8, 30])
        lines = bytes(data).split(b"\n")
        match dice.randrange(8):
            case 0 | 1 if place < len(data):
                data[place] = dice.choice(
                    [data[place] ^ 1 << dice.randrange(8), 0, 255, 32, 10, 57]
                )
            case 2:
                del data[place:]
            case 3:
                del data[place : place + length]
            case 4:
                data[place:place] = dice.randbytes(length)
            case 5:
                data[place:place] = data[place : place + length] * dice.choice([1, 3])
            case 6:
                dice.shuffle(lines)
                data[:] = b"\n".join(lines)
            case _:
                one = dice.randrange(len(lines))
                lines[one : one + 1] = lines[one : one + 1] * dice.choice([0, 2])
                data[:] = b"\n".join(lines)
    return bytes(data)


def check_counts(path, suffix, content, vectors):
    """Demand that what the file says of its size is true, or reported."""
    assert len(vectors.words) == len(vectors.matrix) == len(vectors)
    if suffix in (".txt", ".bin"):
        declared = parse_header(content.removeprefix(b"\xef\xbb\xbf").split(b"\n")[0])
        if declared and declared != vectors.matrix.shape:
            assert vectors.report, content
    if suffix == ".npy":
        lines = path.with_suffix(".words.txt").read_bytes().count(b"\n")
        assert len(vectors) == lines or vectors.report


def fuzz(folder, suffix, times):
    """Load so many corruptions; return how many were read all the same."""
    path = make(folder, suffix)
    good, read, message = path.read_bytes(), 0, ""
    words = path.with_suffix(".words.txt")
    good_words = words.read_bytes() if suffix == ".npy" else b""
    for seed in range(times):
        dice = random.Random(f"{suffix} {seed}")
        content = corrupt(good, dice)
        path.write_bytes(content)
        if suffix == ".npy":
            words.write_bytes(corrupt(good_words, dice) if seed % 4 == 0 else good_words)
        started = time.perf_counter()
        options = {"allow_truncated": seed % 3 == 0, "strict": seed % 5 == 0}
        try:
            vectors = load(path, **options)
            _ = vectors.words, vectors.counts
        except FastvecError as error:
            vectors, message = None, str(error)
        except Exception as error:
            raise AssertionError(f"{suffix}, seed {seed}: {error!r}") from error
        if vectors is None:
            assert path.name in message, (seed, message)
        else:
            check_counts(path, suffix, content, vectors)
            assert not (options["strict"] and vectors.report)
            read += 1
        assert time.perf_counter() - started < SECONDS, seed
    return read


SUFFIXES = [".txt", ".vec", ".glove.txt", ".bin", ".safetensors", ".npy", ".fasttext.bin",
            ".gz", ".bz2", ".xz", ".zip"]  # fmt: skip


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_damage_is_read_or_refused_but_never_a_traceback(suffix, tmp_path):
    """F2, F6, F11."""
    assert fuzz(tmp_path, suffix, 200) < 200


@pytest.mark.slow
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_much_damage_is_read_or_refused_but_never_a_traceback(suffix, tmp_path):
    """F2, F6, F11."""
    assert fuzz(tmp_path, suffix, 10_000) < 10_000
