"""The tagger in PyTorch: the same architecture, parameters and batches, by autograd."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def gates(array):
    """Put fastvec's gates i, j, f, o in PyTorch's order i, f, j, o, along the first axis."""
    i, j, f, o = np.split(array, 4)
    return np.concatenate([i, f, j, o])


class TorchTagger(nn.Module):
    """A copy of a `TaggerNetwork` with one layer, over given inputs (T, B, I)."""

    def __init__(self, parameters, dtype=torch.float32) -> None:
        super().__init__()
        cells = parameters["encoder/forward/0/bias"].size // 4
        inputs = len(parameters["encoder/forward/0/kernel"]) - cells
        tags = parameters["linear/bias"].size
        self.lstm = nn.LSTM(inputs, cells, bidirectional=True, dtype=dtype)
        self.linear = nn.Linear(2 * cells, tags, dtype=dtype)
        self.crf = nn.ParameterDict(
            {
                name: torch.tensor(parameters[f"output/{name}"])
                for name in ("between", "start", "end")
            }
        )
        with torch.no_grad():
            for ending, direction in (("", "forward"), ("_reverse", "backward")):
                kernel = parameters[f"encoder/{direction}/0/kernel"].T
                bias = parameters[f"encoder/{direction}/0/bias"].copy()
                bias[2 * cells : 3 * cells] += 1  # fastvec adds it to the forget gates.
                own = {"weight_ih_l0": kernel[:, :inputs], "weight_hh_l0": kernel[:, inputs:],
                       "bias_ih_l0": bias, "bias_hh_l0": np.zeros(0)}  # fmt: skip
                for name, array in own.items():
                    target = getattr(self.lstm, name + ending)
                    target[:] = torch.tensor(gates(array)) if array.size else 0.0
            self.linear.weight[:] = torch.tensor(parameters["linear/weights"].T)
            self.linear.bias[:] = torch.tensor(parameters["linear/bias"])
        for name, parameter in self.lstm.named_parameters():
            parameter.requires_grad = "bias_hh" not in name  # One bias, as in fastvec.

    def scores(self, inputs, lengths):
        """Return (T, B, K)."""
        packed = pack_padded_sequence(inputs, lengths, enforce_sorted=False)
        hidden, _ = pad_packed_sequence(self.lstm(packed)[0])
        return self.linear(hidden)

    def loss(self, inputs, tags, lengths):
        """Return the sum over sentences of -log p."""
        scores = self.scores(inputs, lengths)
        inside = torch.arange(len(scores))[:, None] < lengths
        return (self._all_paths(scores, inside) - self._path(scores, tags, lengths, inside)).sum()

    def _all_paths(self, scores, inside):
        sums = self.crf["start"] + scores[0]
        for t in range(1, len(scores)):
            step = torch.logsumexp(sums[:, :, None] + self.crf["between"], 1) + scores[t]
            sums = torch.where(inside[t, :, None], step, sums)
        return torch.logsumexp(sums + self.crf["end"], 1)

    def _path(self, scores, tags, lengths, inside):
        own = torch.gather(scores, 2, tags[:, :, None])[:, :, 0]
        moves = self.crf["between"][tags[:-1], tags[1:]]
        last = tags[lengths - 1, torch.arange(len(lengths))]
        ends = self.crf["start"][tags[0]] + self.crf["end"][last]
        return (own * inside).sum(0) + (moves * inside[1:]).sum(0) + ends


class TorchTraining:
    """Adam with clipped gradients on a `TorchTagger`, as `TaggerTraining` does it."""

    def __init__(self, parameters, rate, limit) -> None:
        self.network = TorchTagger(parameters)
        self._trained = [p for p in self.network.parameters() if p.requires_grad]
        self._optimiser, self._limit = torch.optim.Adam(self._trained, lr=rate), limit

    def step(self, inputs, tags, lengths) -> float:
        """Learn from a batch of NumPy arrays; return the summed loss before."""
        inputs, tags, lengths = (
            torch.from_numpy(a) for a in (inputs, tags.astype(np.int64), lengths)
        )
        self._optimiser.zero_grad()
        loss = self.network.loss(inputs, tags, lengths)
        (loss / len(lengths)).backward()
        nn.utils.clip_grad_norm_(self._trained, self._limit)
        self._optimiser.step()
        return loss.item()
