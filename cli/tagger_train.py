"""``fastvec tagger train``: from a column file to a tagger."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Any

import click

from fastvec.models.tagger.config import TaggerConfig

from .options import examples, given, json_option, quiet_option, settings_options
from .output import duration, json_log, note, print_json, print_table, reporter, together
from .tagger_options import column, column_options, existing_file, open_tagger
from .tagger_scores import as_json as scores_as_json
from .tagger_scores import print_scores


@click.command(
    epilog=examples(
        "fastvec tagger train train.conll --dev dev.conll --vectors glove.6B.100d.txt",
        "fastvec tagger train train.conll --dev dev.conll --vectors v.bin --elmo elmo.fastvec",
        "fastvec tagger train train.conll --vectors random --test test.conll --seeds 3",
        "fastvec tagger train en_ewt.conllu --tag-column xpos --vectors v.txt -o pos.fastvec",
    )
)
@click.argument("text", metavar="TRAIN", type=existing_file)
@click.option("--dev", type=existing_file, metavar="FILE",
              help="Development text: the epoch with the best score is kept.")  # fmt: skip
@click.option("--test", type=existing_file, metavar="FILE", help="Text to score at the end.")
@click.option("--vectors", metavar="VECTORS", default="random", show_default=True,
              help="A model folder or a file of vectors, which is kept whole; or random: vectors "
              "that know nothing, for comparison.")  # fmt: skip
@click.option("--elmo", metavar="FOLDER", type=click.Path(exists=True, file_okay=False),
              help="An ELMo, whose layers are mixed by learned weights.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), default="tagger.fastvec",
              show_default=True, help="Model folder.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace what is there.")
@click.option("--resume", is_flag=True, help="Go on with the unfinished training in -o.")
@click.option(
    "--checkpoint-every", default="5m", show_default=True, metavar="INTERVAL",
    help="Save to -o while training: a number of epochs (1), a time (30s, 10m, 1h) or never.",
)  # fmt: skip
@click.option("--seeds", type=click.IntRange(1, 1000), default=1, show_default=True,
              help="Train so many times, from --seed on; print mean and deviation, and keep the "
              "one with the best score.")  # fmt: skip
@click.option("--plan", "only_plan", is_flag=True, help="Print memory, disk and time; train not.")
@settings_options(TaggerConfig)
@column_options
@click.option(
    "--log-json", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write every progress report to a file, as a line of JSON.",
)  # fmt: skip
@json_option
@quiet_option
def train(
    text: str,
    dev: str | None,
    test: str | None,
    vectors: str,
    elmo: str | None,
    output: Path,
    overwrite: bool,
    resume: bool,
    checkpoint_every: str,
    seeds: int,
    only_plan: bool,
    word: str | None,
    tag: str,
    log_json: Path | None,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Train a tagger.

    TRAIN holds a token a line, its tag in the last column, a blank line after each sentence;
    also packed. Vectors, tag scheme and the share of words with a vector are printed, since
    scores depend on them.
    """
    from fastvec.models.checkpoints import Interval

    from .targets import check_target

    chosen = given(settings)
    config = TaggerConfig(**chosen)  # Says what is wrong before any work.
    Interval.parse(checkpoint_every)
    columns = {"word": column(word), "tag": column(tag)}
    texts = {"text": text, "validation": dev, **columns}
    if only_plan:
        _print_plan(config, texts, vectors, elmo)
        return
    if seeds > 1 and resume:
        raise click.UsageError("--resume goes on with one training; leave out --seeds")
    unfinished = _unfinished(output, chosen) if resume else None
    if resume and unfinished is None:
        click.echo(f"{output}: its training is finished, there is nothing to resume")
        return
    check_target(output, overwrite=overwrite or resume)
    made = [unfinished] if unfinished else _taggers(config, vectors, elmo, seeds)
    with reporter(quiet=quiet) as shown, json_log(log_json) as logged:
        interrupted = _fit(
            made, texts, resume=resume, checkpoint=output if seeds == 1 else None,
            checkpoint_every=checkpoint_every, callback=together(shown, logged),
        )  # fmt: skip
    best = max(made, key=_development_score)
    best.save(output, overwrite=True)
    tests = [tagger.evaluate(test, **columns) for tagger in made] if test else []
    _summarise(made, best, output, tests, as_json=as_json)
    if best.config.lowercase_augment and not as_json:
        _both_cases(best, [path for path in (dev, test) if path], columns)
    if interrupted:
        going_on = "; go on with --resume" if seeds == 1 else ""
        raise click.ClickException(
            f"stopped by Ctrl-C; what was learned so far is in {output}{going_on}"
        )
    if not (quiet or as_json):
        note(f"next: fastvec tagger predict {quote(str(output))} ...")


def _taggers(config: TaggerConfig, vectors: str, elmo: str | None, seeds: int) -> list[Any]:
    """Make a tagger for each seed; files are read once."""
    import fastvec

    source, model = _sources(vectors, elmo)
    settings = config.as_dict()
    return [
        fastvec.Tagger(source, model, **{**settings, "seed": config.seed + number})
        for number in range(seeds)
    ]


def _sources(vectors: str, elmo: str | None) -> tuple[Any, Any]:
    """Load vectors and ELMo."""
    import fastvec
    from fastvec.models.tagger.vectors import RANDOM, named_source

    from .query import load

    model = None if elmo is None else fastvec.load_model(elmo)
    if vectors == RANDOM and not Path(vectors).exists():
        return None, model
    return named_source(load(vectors), Path(vectors).name), model


def _print_plan(
    config: TaggerConfig, texts: dict[str, Any], vectors: str, elmo: str | None
) -> None:
    """Print what the training will need."""
    from fastvec.models.plan import available_memory, gigabytes
    from fastvec.models.tagger.corpus import tagged_text
    from fastvec.models.tagger.fitting import Texts, fresh, planned

    columns = {name: texts[name] for name in ("word", "tag")}
    both = [None if path is None else tagged_text(path, **columns)
            for path in (texts["text"], texts["validation"])]  # fmt: skip
    assert both[0] is not None
    read = Texts(both[0], both[1])
    plan = planned(fresh(config, read, *_sources(vectors, elmo)), read)
    lines = []
    for title, parts in (("memory", plan.memory), ("disk", plan.disk)):
        lines.append((title, gigabytes(sum(parts.values())), ""))
        lines += [("", gigabytes(part), name) for name, part in parts.items() if part]
    lines.append(("time", f"~{duration(plan.seconds)}", f"{config.epochs} epochs, roughly"))
    free = available_memory()
    if free is not None:
        lines.append(("free memory", gigabytes(free), ""))
    print_table(lines, "<><")


def _unfinished(output: Path, chosen: dict[str, Any]) -> Any:
    """Return the tagger whose training was stopped, or None if it is finished."""
    from fastvec.models.folder import is_model

    if not is_model(output):
        raise click.UsageError(
            f"there is no training to resume in {output}; start it without --resume"
        )
    stored = open_tagger(str(output))
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


def _fit(made: list[Any], texts: dict[str, Any], **options: Any) -> bool:
    """Train all; return whether Ctrl-C ended it early, with something learned."""
    from fastvec.errors import FastvecError

    for number, tagger in enumerate(made):
        if len(made) > 1:
            note(f"seed {tagger.config.seed} ({number + 1} of {len(made)})")
        try:
            tagger.fit(**texts, **options)
        except KeyboardInterrupt:
            try:
                tagger.parts  # noqa: B018  # Says so if nothing was learned.
            except FastvecError:
                raise click.ClickException(
                    "stopped by Ctrl-C before training began; nothing was written"
                ) from None
            del made[number + 1 :]
            return True
    return False


def _development_score(tagger: Any) -> float:
    """Return the best score on the development text; 0 without one, so that the first is kept."""
    return max((record.score or 0.0 for record in tagger.history), default=0.0)


def _summarise(
    made: list[Any], best: Any, output: Path, tests: list[Any], *, as_json: bool
) -> None:
    """Print what came out."""
    parts, history = best.parts, best.history
    if as_json:
        print_json({
            "model": str(output), "inputs": parts.inputs, "tags": parts.tags.names,
            "scheme": parts.tags.written, "learned": parts.tags.scheme,
            "history": [record.as_dict() for record in history],
            "seeds": [{"seed": tagger.config.seed, "development": _development_score(tagger),
                       "test": tests[number].score if tests else None}
                      for number, tagger in enumerate(made)],
            "test": scores_as_json(str(output), tests[made.index(best)]) if tests else None,
        })  # fmt: skip
        return
    scheme = f"{parts.tags.written}, learned as {parts.tags.scheme}"
    click.echo(
        f"{output}: {parts.inputs}; {len(parts.tags.names)} tags, "
        f"{scheme if parts.tags.entities else 'plain labels'}"
    )
    if history and history[-1].score is not None:
        record = max(history, key=lambda record: record.score)
        click.echo(f"best epoch: {record.epoch} of {len(history)}, {record.note}")
    if tests:
        print_scores(tests[made.index(best)])
    if len(made) > 1:
        _print_seeds(made, tests)


def _print_seeds(made: list[Any], tests: list[Any]) -> None:
    """Print the scores of all seeds, their mean and deviation."""
    from fastvec.models.tagger.scoring import mean_and_deviation

    columns = {"development": [_development_score(tagger) for tagger in made]}
    if tests:
        columns["test"] = [each.score for each in tests]
    rows: list[list[Any]] = [["seed", *columns]]
    for number, tagger in enumerate(made):
        rows.append([tagger.config.seed, *(f"{100 * own[number]:.2f}" for own in columns.values())])
    ends = [mean_and_deviation(own) for own in columns.values()]
    rows.append(["mean", *(f"{100 * mean:.2f}" for mean, _ in ends)])
    rows.append(["deviation", *(f"{100 * deviation:.2f}" for _, deviation in ends)])
    print_table(rows, "<" + ">" * len(columns))


def _both_cases(tagger: Any, paths: list[str], columns: dict[str, Any]) -> None:
    """Print scores on texts as they are and in lower case."""
    for path in paths:
        scores = [tagger.evaluate(path, lowercase=low, **columns).score for low in (False, True)]
        click.echo(f"{Path(path).name}: {scores[0]:.4f}, in lower case {scores[1]:.4f}")
