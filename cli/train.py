"""``fastvec train``: from a workspace or a corpus to a model."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Any

import click

from fastvec.models.presets import PRESETS

from .counting import check_saving, counting_options, save_counts, take_counting
from .options import (
    config_of,
    corpus_options,
    examples,
    given,
    json_option,
    model_options,
    optional_corpus_argument,
    quiet_option,
    rebuild_option,
    workspace_option,
)
from .output import count, display_width, duration, json_log, note, print_json, reporter, together
from .targets import FILES, check_spared, check_swapped, check_target

TYPICAL_ROWS = 10_000  # For a rough time, before the words are known.
EVERYDAY = 20  # Words so common that their neighbours say little.


@click.command(
    epilog=examples(
        "fastvec build-vocab corpus.txt && fastvec train --model skipgram",
        "fastvec train corpus.txt.gz --model skipgram --dim 300 --epochs 10 -o big.fastvec",
        "fastvec train corpus.txt --model cbow --validation held-out.txt --patience 2",
        "fastvec train --model skipgram -o big.fastvec --resume",
        "fastvec train --model glove --window 10 --x-max 10",
        "fastvec train corpus.txt --model elmo --preset small --validation held-out.txt",
        "fastvec train new.txt --model skipgram --init big.fastvec --old-words keep -w new-data",
        "fastvec train corpus.txt --model skipgram -o vectors.txt",
    )
)
@optional_corpus_argument
@model_options
@click.option(
    "--preset", type=click.Choice(PRESETS),
    help="Start from the defaults of a peer, or from a size of ELMo.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="Model folder, or a file of vectors (.txt .vec .bin .glove.txt .safetensors)."
    "  [default: <model>.fastvec]",
)  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace what is there.")
@click.option("--resume", is_flag=True, help="Go on with the unfinished training in -o.")
@click.option(
    "--checkpoint-every", default="5m", show_default=True, metavar="INTERVAL",
    help="Save to -o while training: a number of epochs (1), a time (30s, 10m, 1h) or never.",
)  # fmt: skip
@click.option("--init", type=click.Path(), metavar="VECTORS",
              help="Start from a model or a file of vectors.")  # fmt: skip
@click.option(
    "--validation", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
    help="Held-out text, whose loss is reported after each epoch.",
)  # fmt: skip
@click.option(
    "--log-json", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write every progress report to a file, as a line of JSON.",
)  # fmt: skip
@counting_options
@workspace_option
@rebuild_option
@corpus_options
@json_option
@quiet_option
def train(
    corpus: tuple[str, ...],
    model: str,
    preset: str | None,
    output: Path | None,
    overwrite: bool,
    resume: bool,
    checkpoint_every: str,
    init: str | None,
    validation: str | None,
    log_json: Path | None,
    save_cooccurrence: Path | None,
    workspace: Path,
    rebuild: bool,
    whitespace: str,
    lowercase: bool,
    tokenizer: str,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Train word vectors or a language model.

    Without CORPUS it uses the workspace that build-vocab left.
    """
    from fastvec.models.checkpoints import Interval
    from fastvec.models.plan import uncompiled_seconds
    from fastvec.models.registry import planner

    from .corpora import obtain, open_corpus, training_words, warn_uncompiled

    chosen = {**_preset(preset, model), **given(settings)}
    counting = take_counting(model, chosen)
    config = config_of(model, chosen)  # Says what is wrong before any work.
    Interval.parse(checkpoint_every)
    output = output or Path(f"{model}.fastvec")
    check_swapped(corpus, output)
    unfinished = _unfinished(output, model, chosen) if resume else None
    if resume and unfinished is None:
        click.echo(f"{output}: its training is finished, there is nothing to resume")
        return
    check_target(output, overwrite=overwrite or resume)
    reading = {"whitespace": whitespace, "lowercase": lowercase, "tokenizer": tokenizer}
    text = open_corpus(corpus, reading) if corpus else None
    check_spared(text, output)
    check_saving(model, save_cooccurrence, counting, text, overwrite=overwrite)
    words = training_words(text, workspace)
    if words is not None:
        expected = planner(model)(TYPICAL_ROWS, config, int(words))
    warn_uncompiled(None if words is None else uncompiled_seconds(expected, config.threads))
    with reporter(quiet=quiet) as shown, json_log(log_json) as logged:
        callback = together(shown, logged)
        encoded = obtain(
            text, workspace, rebuild=rebuild, threads=config.threads, callback=callback
        )
        estimator = unfinished or _estimator(model, {**encoded.defaults, **chosen})
        folder = None if output.suffix in FILES else output
        interrupted = _fit(
            estimator, encoded, callback=callback, resume=resume, init=init,
            validation=open_corpus((validation,), reading) if validation else None,
            checkpoint=folder, checkpoint_every=checkpoint_every, **counting,
        )  # fmt: skip
    _save(estimator, output)
    save_counts(encoded, save_cooccurrence)
    _summarise(estimator, encoded.words, output, as_json=as_json, quiet=quiet)
    if interrupted:
        going_on = "" if output.suffix in FILES else "; go on with --resume"
        raise click.ClickException(
            f"stopped by Ctrl-C; what was learned so far is in {output}{going_on}"
        )


def _preset(name: str | None, model: str) -> dict[str, Any]:
    """Return a peer's settings, and say what it does that fastvec does not."""
    if name is None:
        return {}
    from fastvec.models.presets import preset

    found = preset(name, model)
    shown = ", ".join(f"{key} {value}" for key, value in found.settings.items())
    note(f"preset {name}: {shown}")
    if found.missing:
        note(f"preset {name}: fastvec does not have: {found.missing}")
    return found.settings


def _estimator(model: str, settings: dict[str, Any]) -> Any:
    from fastvec.models.registry import estimator

    return estimator(model)(**settings)


def _unfinished(output: Path, model: str, chosen: dict[str, Any]) -> Any:
    """Return the model whose training was stopped, or None if it is finished."""
    import fastvec
    from fastvec.models.folder import is_model

    if not is_model(output):
        raise click.UsageError(
            f"there is no training to resume in {output}; start it without --resume"
        )
    stored = fastvec.load_model(output)
    if stored.kind != model:
        raise click.UsageError(f"{output} holds a {stored.kind}, not --model {model}")
    settings = stored.config.as_dict()
    for name, value in chosen.items():
        if name != "threads" and settings[name] != value:
            flag = name.replace("_", "-")
            raise click.UsageError(
                f"--{flag} {value} cannot change a training that began with {settings[name]}; "
                "leave it out"
            )
    if "threads" in chosen:
        stored.use_threads(chosen["threads"])
    return stored if stored.unfinished else None


def _fit(estimator: Any, encoded: Any, **options: Any) -> bool:
    """Train; return whether Ctrl-C ended it early, with something learned."""
    from fastvec.errors import FastvecError

    try:
        estimator.fit(encoded, **options)
    except KeyboardInterrupt:
        try:
            return bool(estimator.vocabulary)
        except FastvecError:
            raise click.ClickException(
                "stopped by Ctrl-C before training began; nothing was written"
            ) from None
    return False


def _save(estimator: Any, output: Path) -> None:
    """Write a model folder, or vectors alone where the name asks for a file."""
    if output.suffix in FILES:
        import fastvec

        fastvec.save(estimator.vectors, output)
    else:
        estimator.save(output, overwrite=True)


def _summarise(estimator: Any, words: int, output: Path, *, as_json: bool, quiet: bool) -> None:
    """Print what came out."""
    history = [record.as_dict() for record in estimator.history]
    if as_json:
        rows = len(estimator.vocabulary)
        print_json(
            {"model": str(output), "rows": rows, "dim": estimator.config.dim, "history": history}
        )
        return
    seconds = sum(record["seconds"] for record in history)
    trained = words * len(history)
    line = f"{output}: {count(len(estimator.vocabulary))} words x {estimator.config.dim}"
    if history:
        line += f", {duration(seconds)}, {count(trained / max(seconds, 1e-9))} words/s"
        line += f", {estimator.config.loss} loss {history[-1]['loss']:.4f}"
    click.echo(line)
    _name_best(history, kept=estimator.config.patience is not None)
    _tell_perplexity(history, len(estimator.vocabulary))
    if not quiet and output.suffix not in FILES:
        note(f"next: fastvec neighbors {quote(str(output))} {quote(_example(estimator))}")


def _name_best(history: list[dict[str, Any]], *, kept: bool) -> None:
    """Say which epoch had the lowest held-out loss."""
    judged = [record for record in history if record["validation_loss"] is not None]
    if judged:
        best = min(judged, key=lambda record: record["validation_loss"])
        vectors = "its vectors are kept" if kept else "--patience would keep its vectors"
        last = best is judged[-1]
        click.echo(
            f"best epoch: {best['epoch']} of {len(history)}, held-out loss "
            f"{best['validation_loss']:.4f}" + ("" if last else f"; {vectors}")
        )


def _tell_perplexity(history: list[dict[str, Any]], rows: int) -> None:
    """Say how well a language model tells the held-out text, and what that depends on."""
    last = history[-1] if history else {}
    if last.get("perplexity") is not None:
        click.echo(
            f"held-out perplexity: {last['perplexity']:.1f} (forward "
            f"{last['forward_perplexity']:.1f}, backward {last['backward_perplexity']:.1f}) over "
            f"{count(rows)} words, with {last['oov_rate']:.1%} of the text outside of them"
        )


def _example(estimator: Any) -> str:
    """Choose a word to ask about: rather common, and not too short to mean something."""
    words = estimator.vocabulary.words
    long = (word for word in words[EVERYDAY:] if display_width(word) >= 4 and word.isalpha())
    return next(long, words[-1])
