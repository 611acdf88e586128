"""Files of vectors, byte by byte."""

import numpy as np

from fastvec.vectors.formats import load


def binary(rows, header, end=b"\n"):
    """Return word2vec binary."""
    body = b"".join(
        word + b" " + np.array(numbers, dtype="<f4").tobytes() + end for word, numbers in rows
    )
    return header + b"\n" + body


def reader(folder):
    """Return a function that loads bytes as a file."""

    def read(data, name="v.txt", **options):
        (folder / name).write_bytes(data)
        return load(folder / name, **options)

    return read
