"""A server with two small models, and one that knows senses."""

from __future__ import annotations

from threading import Thread

import numpy as np
import pytest

import fastvec
from tests.browser import HOSTILE

WORDS = [*(f"word{row}" for row in range(60)), *HOSTILE]


def model(seed):
    matrix = np.random.default_rng(seed).normal(size=(len(WORDS), 8)).astype(np.float32)
    return fastvec.WordVectors(WORDS, matrix, np.arange(len(WORDS), 0, -1))


@pytest.fixture(scope="session")
def first():
    return model(1)


@pytest.fixture(scope="session")
def second():
    return model(2)


@pytest.fixture(scope="session")
def embed(first):
    """Contextual vectors: a word's own, and the mean of its sentence's."""

    def call(sentences):
        rows = [np.array([first.get(word, first.matrix[0]) for word in s]) for s in sentences]
        return [np.stack([each, each / 2 + each.mean(axis=0)]) for each in rows]

    return call


@pytest.fixture
def serve():
    """Start a server for models; it ends with the test."""
    from fastvec.explore.server import ExploreServer

    started = []

    def start(*models):
        server = ExploreServer(models)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        started.append((server, thread))
        return server

    yield start
    for server, thread in started:
        server.shutdown()
        thread.join()
        server.server_close()
