"""A language model in PyTorch with the same start and objective as fastvec's: its twin.

`nn.LSTM` has no limits of cells and projections, so the twin is of models without.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ..golden.make_lstm import reordered

DIRECTIONS = ("forward", "backward")


class TorchELMo(nn.Module):
    """Word vectors, two stacks of LSTM layers with skip connections, one softmax.

    Parameters
    ----------
    parameters : dict of ndarray
        Of a `LanguageModel` that reads words, by name.
    layers : int
    skip_connections : bool
    dropout : float
    sparse : bool
        Whether the word vectors have sparse gradients.
    """

    def __init__(self, parameters, layers, *, skip_connections=True, dropout=0.0, sparse=False):
        super().__init__()
        self.sparse = sparse
        arrays = {name: torch.from_numpy(array.copy()) for name, array in parameters.items()}
        self.layers, self.skips, self.dropout = layers, skip_connections, dropout
        self.embedding = nn.Parameter(arrays["tokens/embedding"])
        self.weights = nn.Parameter(arrays.get("softmax/weights", arrays["tokens/embedding"]))
        self.bias = nn.Parameter(arrays["softmax/bias"])
        width = self.embedding.shape[1]
        self.stacks = nn.ModuleList(
            nn.ModuleList(
                _layer(parameters, f"encoder/{direction}/{n}/", width) for n in range(layers)
            )
            for direction in DIRECTIONS
        )

    def read(self, direction, ids, state=None):
        """Return every layer's output (T, B, P), in the order of reading, and the states."""
        outputs, states = [], []
        inputs = functional.embedding(ids, self.embedding, sparse=self.sparse)
        for number, layer in enumerate(self.stacks[direction]):
            inputs = functional.dropout(inputs, self.dropout, self.training)
            output, after = layer(inputs, None if state is None else state[number])
            inputs = output + inputs if self.skips and number else output
            outputs.append(inputs)
            states.append(tuple(part.detach() for part in after))
        outputs[-1] = functional.dropout(outputs[-1], self.dropout, self.training)
        return outputs, states

    def loss(self, batch, rows, state=None):
        """Return the losses of both directions, summed, and the states.

        ``rows`` are the model's rows of the text's ids.
        """
        outputs, targets, states = self._read(batch, rows, state)
        losses = [
            functional.cross_entropy(
                functional.linear(hidden, self.weights, self.bias), told, reduction="sum"
            )
            for hidden, told in zip(outputs, targets, strict=True)
        ]
        return losses, states

    def _read(self, batch, rows, state):
        """Return the top outputs (N, P) and what came (N,), and the states, by direction.

        Rows of unlike lengths are read to the end, and what is beyond is left out: a state
        never goes on from there.
        """
        lengths = batch.real.sum(axis=0)
        steps = np.arange(len(batch.forward_inputs))[:, None]
        turned = np.where(steps < lengths, lengths - 1 - steps, steps), np.arange(len(lengths))
        real = torch.from_numpy(batch.real)
        read = (
            (batch.forward_inputs, batch.forward_targets),
            (batch.backward_inputs[turned], batch.backward_targets[turned]),
        )
        outputs, targets, states = [], [], []
        for number, (ids, told) in enumerate(read):
            own = torch.from_numpy(rows[ids]).long()
            layers, after = self.read(number, own, _begun(state, number, batch.fresh))
            outputs.append(layers[-1][real])
            targets.append(torch.from_numpy(told.copy()).long()[real])
            states.append(after)
        return outputs, targets, states

    def sampled_loss(self, batch, rows, state, sampler, rng):
        """Return what `loss` does, against the words of one draw for both directions."""
        outputs, targets, states = self._read(batch, rows, state)
        sample = sampler.draw(rng)
        words = torch.from_numpy(sample.words)
        corrections = np.log(sampler.expected(sample.words, sample.tries)).astype(np.float32)
        losses = []
        for hidden, told in zip(outputs, targets, strict=True):
            own = -np.log(sampler.expected(told.numpy(), sample.tries)).astype(np.float32)
            right = (hidden * _rows(self.weights, told)).sum(dim=1) + self.bias[told]
            others = hidden @ _rows(self.weights, words).T + self.bias[words]
            others = others - torch.from_numpy(corrections)
            others = others.masked_fill(words == told[:, None], -torch.inf)
            logits = torch.cat([(right + torch.from_numpy(own))[:, None], others], dim=1)
            losses.append((logits.logsumexp(dim=1) - logits[:, 0]).sum())
        return losses, states

    def gradients(self):
        """Return the gradients by fastvec's names."""
        return self._named(lambda parameter: parameter.grad)

    def arrays(self):
        """Return the parameters by fastvec's names."""
        found = self._named(lambda parameter: parameter.detach())
        for name, array in found.items():
            if name.endswith("bias") and name.startswith("encoder/"):
                cells = len(array) // 4
                array[2 * cells : 3 * cells] -= 1  # fastvec adds it.
        return found

    def _named(self, of):
        found = {
            "tokens/embedding": of(self.embedding),
            "softmax/weights": of(self.weights),
            "softmax/bias": of(self.bias),
        }
        for direction, stack in zip(DIRECTIONS, self.stacks, strict=True):
            for number, layer in enumerate(stack):
                name = f"encoder/{direction}/{number}/"
                both = torch.cat([of(layer.weight_ih_l0), of(layer.weight_hh_l0)], dim=1).T
                found[f"{name}kernel"] = torch.from_numpy(reordered(both.numpy()))
                found[f"{name}bias"] = torch.from_numpy(reordered(of(layer.bias_ih_l0).numpy()))
                if layer.proj_size:
                    found[f"{name}projection"] = of(layer.weight_hr_l0).T
        return {name: array.to_dense().numpy() for name, array in found.items()}


def _rows(matrix, ids):
    """Return rows whose gradient is sparse."""
    return functional.embedding(ids, matrix, sparse=True)


def _begun(state, number, fresh):
    """Return a direction's state, zero in the rows that begin anew."""
    if state is None:
        return None
    kept = torch.from_numpy(~fresh)[None, :, None]
    return [tuple(part * kept for part in parts) for parts in state[number]]


def _layer(parameters, name, width):
    """Return a ``torch.nn.LSTM`` of one layer with given weights."""
    kernel, bias = parameters[f"{name}kernel"], parameters[f"{name}bias"]
    projection = parameters.get(f"{name}projection")
    cells = len(bias) // 4
    kind = torch.from_numpy(kernel).dtype
    size = 0 if projection is None else projection.shape[1]
    layer = nn.LSTM(width, cells, 1, proj_size=size, dtype=kind)
    by_gates, offsets = reordered(kernel).T, reordered(bias)
    offsets[cells : 2 * cells] += 1  # The forget bias.
    given = {
        "weight_ih_l0": by_gates[:, :width],
        "weight_hh_l0": by_gates[:, width:],
        "bias_ih_l0": offsets,
        "bias_hh_l0": np.zeros_like(offsets),
    }
    if projection is not None:
        given["weight_hr_l0"] = projection.T
    with torch.no_grad():
        for key, array in given.items():
            getattr(layer, key).copy_(torch.from_numpy(np.ascontiguousarray(array)))
    layer.bias_hh_l0.requires_grad_(False)  # One bias is enough.
    return layer
