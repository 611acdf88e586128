"""A language model on Penn Treebank, or other text: fastvec, and its twin in PyTorch.

    python -m tests.benchmarks.elmo [--epochs 5] [--preset small] [--sentences N] [--no-twin]
    python -m tests.benchmarks.elmo --corpus english --words 5000000 --epochs 2 --no-twin

The twin starts from the same numbers and learns by the same rule from the same batches;
what dropout leaves out and the sampled words are its own draws. It has no limits of cells
and projections. Both are judged by fastvec, over the whole vocabulary.
"""

from __future__ import annotations

import argparse
import lzma
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from fastvec import Corpus, ELMo, Workspace, build_workspace
from fastvec.layers.log_uniform import LogUniformSampler
from fastvec.models.elmo.config import ELMO_PRESETS, ELMoConfig
from fastvec.models.elmo.language_model import LanguageModel
from fastvec.models.elmo.perplexity import HeldOutText
from fastvec.models.elmo.plan import exact
from fastvec.models.elmo.streams import TokenStream, elmo_vocabulary, text_rows
from fastvec.models.elmo.tensors import restore
from tests.benchmarks.harness import data_folder, machine, unpacked

VALIDATION_WORDS = 50_000


class Texts:
    """Training, validation and test text, encoded."""

    def __init__(self, chosen: argparse.Namespace, folder: Path) -> None:
        ptb = chosen.corpus == "ptb"
        texts = _ptb(chosen.sentences) if ptb else _plain(chosen.corpus, chosen.words, folder)
        self.training, self.validation, self.test = (
            build_workspace(Corpus(text), folder / name)
            for name, text in zip(("training", "validation", "test"), texts, strict=True)
        )


def _ptb(most: int) -> list[list[list[str]]]:
    """Return the three parts of Penn Treebank, the first to a number of sentences."""
    parts = []
    for name, limit in (("train", most or None), ("valid", None), ("test", None)):
        with lzma.open(data_folder() / f"lm/ptb.{name}.txt.xz", "rt") as lines:
            parts.append([line.split() for line in islice(lines, limit)])
    return parts


def _plain(name: str, words: int, folder: Path) -> list[list[list[str]]]:
    """Return the first words of a corpus; validation and test are what comes right after."""
    text: list[list[str]] = []
    held: list[list[str]] = []
    count = 0
    with unpacked(name, folder, words + 2 * VALIDATION_WORDS if words else 0).open() as lines:
        for line in lines:
            sentence = line.split()
            count += len(sentence)
            (held if words and count > words else text).append(sentence)
    half = len(held) // 2 or 1000
    held = held or [text.pop() for _ in range(2000)]
    return [text, held[:half], held[half:]]


def ours(config: dict[str, Any], texts: Texts) -> None:
    """Train fastvec, and print each epoch."""
    model = ELMo(**config)
    started = time.perf_counter()
    model.fit(texts.training, validation=texts.validation, callback=_told("fastvec"))
    seconds = time.perf_counter() - started
    print(f"fastvec: {seconds:,.0f} s, test {_shown(model.perplexity(texts.test))}", flush=True)


def _told(name: str) -> Any:
    def tell(event: Any) -> None:
        if event.epoch_ended:
            print(
                f"{name} epoch {event.epoch}: {event.objective} loss {event.loss:.4f}, held-out "
                f"perplexity {event.perplexity:.1f}, {event.words_per_second:,.0f} words/s",
                flush=True,
            )

    return tell


def _shown(judged: Any) -> str:
    return (
        f"perplexity {judged.mean:.1f} (forward {judged.forward:.1f}, backward "
        f"{judged.backward:.1f}) over {judged.vocabulary:,} words, {judged.oov_rate:.1%} unknown"
    )


def twin(settings: dict[str, Any], texts: Texts) -> None:
    """Train the twin, and print each epoch."""
    import torch

    from tests.reference.torch_elmo import TorchELMo

    config = ELMo(**settings).config
    torch.set_num_threads(config.threads or 2)
    torch.manual_seed(config.seed)
    vocabulary = elmo_vocabulary(texts.training, config)
    start = LanguageModel(config, vocabulary)
    sampled = not exact(config, len(vocabulary))
    model = TorchELMo(start.parameters, config.layers, dropout=config.dropout, sparse=True)
    learner = _Learner(model, config, sampled)
    rows = text_rows(texts.training.vocabulary.words, vocabulary)
    stream = _stream(texts.training, rows, config)
    held_out = HeldOutText(texts.validation, vocabulary)
    started = time.perf_counter()
    for epoch in range(1, config.epochs + 1):
        begun, losses, state = time.perf_counter(), 0.0, None
        model.train()
        for number, batch in enumerate(stream.epoch(epoch)):
            rng = np.random.default_rng((config.seed, epoch, number))
            loss, state = learner.learn(batch, rows, state, rng)
            losses += loss
        seconds = time.perf_counter() - begun
        restore(start.parameters, _as_stored(model.arrays()))
        judged = held_out.judge(start)
        print(
            f"PyTorch epoch {epoch}: loss {losses / (2 * stream.predictions):.4f}, held-out "
            f"perplexity {judged.mean:.1f}, {texts.training.words / seconds:,.0f} words/s",
            flush=True,
        )
    seconds = time.perf_counter() - started
    judged = HeldOutText(texts.test, vocabulary).judge(start)
    print(f"PyTorch: {seconds:,.0f} s, test {_shown(judged)}", flush=True)


def _as_stored(arrays: dict[str, Any]) -> dict[str, Any]:
    return {**arrays, "vectors": arrays["tokens/embedding"]}


def _stream(text: Workspace, rows: Any, config: ELMoConfig) -> TokenStream:
    return TokenStream(
        text.tokens, text.sentences, rows, batch=config.batch, unroll=config.unroll,
        carry=config.carry, seed=config.seed,
    )  # fmt: skip


class _Learner:
    """PyTorch's side of a step: loss, limit of the norm, update."""

    def __init__(self, model: Any, config: ELMoConfig, sampled: bool) -> None:
        import torch

        self._model, self._config = model, config
        self._sampler = LogUniformSampler(len(model.bias), config.samples) if sampled else None
        sparse = [model.embedding, *([model.weights] if sampled else [])]
        dense = [p for p in model.parameters() if not any(p is s for s in sparse)]
        self._parameters = [p for p in (*dense, *sparse) if p.requires_grad]
        self._optimisers: list[Any] = (
            [torch.optim.Adam([p for p in dense if p.requires_grad], config.first_rate),
             torch.optim.SparseAdam(sparse, config.first_rate)]
            if config.optimiser == "adam"
            else [torch.optim.Adagrad(self._parameters, config.first_rate,
                                      initial_accumulator_value=1.0)]
        )  # fmt: skip

    def learn(self, batch: Any, rows: Any, state: Any, rng: Any) -> tuple[float, Any]:
        """Learn from a batch; return the summed loss and the state."""
        import torch

        model, scale = self._model, 2 * self._config.batch
        losses, state = (
            model.loss(batch, rows, state) if self._sampler is None
            else model.sampled_loss(batch, rows, state, self._sampler, rng)
        )  # fmt: skip
        for optimiser in self._optimisers:
            optimiser.zero_grad()
        (sum(losses) / scale).backward()
        gradients = []
        for parameter in self._parameters:
            if parameter.grad.is_sparse:
                parameter.grad = parameter.grad.coalesce()
            own = parameter.grad
            gradients.append(own.values() if own.is_sparse else own)
        norm = torch.sqrt(sum((g.double() ** 2).sum() for g in gradients))
        if norm > self._config.clip_norm:
            for gradient in gradients:
                gradient *= self._config.clip_norm / norm
        for optimiser in self._optimisers:
            optimiser.step()
        return float(sum(losses).detach()), state


def main() -> None:
    """Compare."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--corpus", default="ptb", help="ptb, english, english-more, chinese")
    options.add_argument("--words", type=int, default=5_000_000, help="of a corpus but ptb")
    options.add_argument("--sentences", type=int, default=0, help="of ptb (all)")
    options.add_argument("--preset", default="small", choices=list(ELMO_PRESETS))
    options.add_argument("--epochs", type=int, default=5)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--no-twin", action="store_true", help="leave PyTorch out")
    chosen = options.parse_args()
    settings = {"preset": chosen.preset, "epochs": chosen.epochs, "threads": chosen.threads}
    if chosen.corpus == "ptb":
        settings["min_count"] = 1  # Its rare words are <unk> already.
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        texts = Texts(chosen, Path(folder))
        print(f"{texts.training.words:,} words of training, {texts.validation.words:,} held out")
        ours(settings, texts)
        if not chosen.no_twin:
            twin(settings, texts)


if __name__ == "__main__":
    main()
