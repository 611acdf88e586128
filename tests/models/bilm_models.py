"""Small models for bilm-tf's files."""

from __future__ import annotations

import json

import numpy as np

from fastvec.layers.characters import CharacterCNN
from fastvec.layers.embedding import WordEmbedding
from fastvec.layers.lstm import LSTM
from fastvec.models.elmo.bilm_files import write_bilm
from fastvec.models.elmo.bilm_options import BilmOptions, CharacterOptions

CHARACTERS = BilmOptions(
    cells=6, projection=4, layers=2, characters=CharacterOptions(dim=3, filters=((1, 2), (2, 5)))
)
WORDS = BilmOptions(cells=6, projection=4, layers=1, cell_clip=None, skip_connections=False)


def parts(options, words=5):
    """Return a token layer's and the LSTMs' parameters, by their names."""
    generator = np.random.default_rng(0)
    sizes = options.characters
    token = (
        WordEmbedding(words, options.projection, generator)
        if sizes is None
        else CharacterCNN(
            dim=sizes.dim, filters=sizes.filters, n_highway=sizes.n_highway,
            projection=options.projection, activation=sizes.activation, rng=generator,
        )
    )  # fmt: skip
    width = options.projection
    projection = None if options.cells == width else width
    lstm = {
        f"{direction}/{layer}/{name}": array
        for direction in ("forward", "backward")
        for layer in range(options.layers)
        for name, array in LSTM(width, options.cells, projection, generator).parameters.items()
    }
    return token.parameters, lstm


def written(folder, options=CHARACTERS):
    """Write a model, and return both paths."""
    write_bilm(folder / "bilm", options, *parts(options))
    return folder / "bilm" / "options.json", folder / "bilm" / "weights.hdf5"


def changed(path, change):
    """Change the content of an options file."""
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
