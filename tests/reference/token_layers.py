"""The token layers, softmaxes and mixes in plain NumPy, from their definitions."""

from __future__ import annotations

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def highway(parameters, inputs):
    carry = sigmoid(inputs @ parameters["W_carry"] + parameters["b_carry"])
    new = np.maximum(inputs @ parameters["W_transform"] + parameters["b_transform"], 0)
    return carry * new + (1 - carry) * inputs


def convolved(embedded, weights):
    """Return the sums (positions, n) of filters (w, d, n) over a word's characters (C, d)."""
    width = len(weights)
    return np.array(
        [
            np.einsum("wd,wdn->n", embedded[p : p + width], weights)
            for p in range(len(embedded) - width + 1)
        ]
    )


def character_vectors(parameters, characters, activation):
    """Return the vectors (N, P) of words (N, C): convolutions, highways, projection."""
    activate = {"relu": lambda x: np.maximum(x, 0), "tanh": np.tanh}[activation]
    kinds = sum(name.startswith("W_cnn") for name in parameters)
    rows = []
    for word in characters:
        embedded = parameters["char_embed"][word]
        rows.append(
            np.concatenate(
                [
                    (convolved(embedded, parameters[f"W_cnn_{i}"]) + parameters[f"b_cnn_{i}"]).max(
                        0
                    )
                    for i in range(kinds)
                ]
            )
        )
    outputs = activate(np.array(rows))
    for i in range(sum(name.endswith("W_carry") for name in parameters)):
        prefix = f"highway_{i}/"
        own = {k.removeprefix(prefix): a for k, a in parameters.items() if k.startswith(prefix)}
        outputs = highway(own, outputs)
    if "W_proj" in parameters:
        outputs = outputs @ parameters["W_proj"] + parameters["b_proj"]
    return outputs


def character_row(word, longest):
    """Return a word's numbers: begin, UTF-8 bytes, end, padding."""
    code = list(word.encode("utf-8", "surrogateescape"))[: longest - 2]
    return [258, *code, 259] + [260] * (longest - 2 - len(code))


def log_uniform(words):
    """Return the probability of each of V words in one try."""
    return np.array([(np.log(k + 2) - np.log(k + 1)) / np.log(words + 1) for k in range(words)])


def sampled_loss(weights, bias, hidden, targets, sample, tries):
    """Return the sum of -log p of each target among the samples, its logit corrected, too."""
    expected = 1 - (1 - log_uniform(len(weights))) ** tries
    logits = hidden @ weights.T + bias - np.log(expected)
    total = 0.0
    for row, target in zip(logits, targets, strict=True):
        rivals = [row[word] for word in sample if word != target]
        total += np.logaddexp.reduce([row[target], *rivals]) - row[target]
    return total


def mixed(weights, gamma, layers, mask=None, layer_norm=False):
    """Return gamma times the softmax-weighted sum of the layers."""
    shares = np.exp(weights) / np.exp(weights).sum()
    total = 0.0
    for share, layer in zip(shares, layers, strict=True):
        if layer_norm:
            tokens = layer if mask is None else layer[mask]
            layer = (layer - tokens.mean()) / np.sqrt(tokens.var() + 1e-12)
        total = total + share * layer
    return gamma * total
