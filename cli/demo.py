"""``fastvec demo``: the whole tool on a small corpus that it generates."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import examples, quiet_option
from .output import count, duration, note, print_table, reporter, say

if TYPE_CHECKING:
    from fastvec import WordVectors

WORDS = ("queen", "durian", "paris", "苹果")
SHOWN_ANALOGIES = ("gender", "capital", "plural", "past", "comparative", "chinese-capital")
DRAWN_GROUPS = ("royals", "fruits", "animals", "countries", "capitals", "months")
MARKER = ".fastvec-demo"


@click.command(epilog=examples("fastvec demo"))
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path),
              default="fastvec-demo", show_default=True, help="Folder to write to.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed.")
@click.option("--threads", type=int, help="Threads; default: all usable cores.")
@quiet_option
def demo(output: Path, seed: int, threads: int | None, quiet: bool) -> None:
    """Show the whole tool in under a minute.

    Generates a small English and Chinese corpus with known structure, trains skip-gram on it,
    and shows neighbours, analogies and a picture.
    """
    import fastvec
    from fastvec.datasets import toy_truth, toy_world, write_corpus

    from .corpora import build, open_corpus

    _empty_folder(output.resolve())
    corpus_file, model_folder = output / "corpus.txt", output / "skipgram.fastvec"
    sentences = toy_world(seed)
    write_corpus(sentences, corpus_file)
    click.echo(f"1. A corpus of {count(len(sentences))} generated sentences: {corpus_file}")
    for sentence in (sentences[0], sentences[1]):
        click.echo("     " + " ".join(sentence))
    with reporter(quiet=quiet) as callback:
        corpus = open_corpus((str(corpus_file),), {})
        workspace = build(corpus, output / "data", callback, threads=threads)
        say(
            f"2. {count(workspace.words)} words encoded, "
            f"{count(len(workspace.vocabulary))} different"
        )
        model = fastvec.SkipGram(seed=seed, threads=threads).fit(workspace, callback=callback)
    model.save(model_folder)
    seconds = sum(record.seconds for record in model.history)
    speed = count(workspace.words * len(model.history) / seconds)
    click.echo(f"3. Skip-gram trained in {duration(seconds)}, {speed} words/s: {model_folder}")
    click.echo("4. Nearest words")
    rows = [(word, ", ".join(name for name, _ in model.vectors.most_similar(word, topn=6)))
            for word in WORDS]  # fmt: skip
    print_table(rows, "<<", indent=5)
    _show_analogies(model.vectors, toy_truth())
    _draw(model.vectors, toy_truth(), output / "map.png")
    note(f"Go on: fastvec neighbors {model_folder} king, or fastvec train --help for your own text")


def _empty_folder(folder: Path) -> None:
    """Make the folder, or empty one of an earlier demo; leave any other alone."""
    from fastvec.errors import ResourceError

    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise ResourceError(
                f"{folder}: exists and is not of an earlier demo; name another with -o"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()


def _show_analogies(vectors: WordVectors, truth: Any) -> None:
    """Print one analogy of some sections, and the share of all that come out right."""
    click.echo("5. Analogies (A is to B as C is to ?)")
    right, total, shown = 0, 0, []
    for section, questions in truth["analogies"].items():
        answers = [vectors.analogy(a, b, c)[0][0] for a, b, c, _ in questions]
        hits = [found == wanted for found, (*_, wanted) in zip(answers, questions, strict=True)]
        right, total = right + sum(hits), total + len(hits)
        if section in SHOWN_ANALOGIES:
            a, b, c, _ = questions[0]
            shown.append((f"{a} : {b} :: {c} :", answers[0], f"{sum(hits)} of {len(hits)} right"))
    print_table(shown, "<<<", indent=5)
    click.echo(f"     all {total} questions: {right / total:.0%} right")


def _draw(vectors: WordVectors, truth: Any, path: Path) -> None:
    """Draw some groups, or say what is missing for it."""
    from fastvec.errors import ResourceError

    groups = {name: truth["groups"][name] for name in DRAWN_GROUPS}
    try:
        vectors.map(groups=groups).save(path)
        click.echo(f"6. A picture of {len(DRAWN_GROUPS)} groups of words: {path}")
    except ResourceError as error:
        click.echo(f"6. No picture: {error}")
