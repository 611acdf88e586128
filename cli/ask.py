"""``fastvec neighbors``, ``similarity``, ``analogy``, ``odd-one-out``: questions to vectors."""

from __future__ import annotations

from typing import Any

import click

from fastvec.vectors.methods import METHODS

from .options import examples, json_option
from .output import note, print_json
from .query import (
    known_option,
    load,
    model_argument,
    oov_option,
    print_scores,
    questions,
    restrict_option,
    topn_option,
    unknown,
    words_argument,
)


@click.command(
    epilog=examples(
        "fastvec neighbors skipgram.fastvec king",
        "fastvec neighbors glove.txt paris rome -n 5 --json",
        "cat words.txt | fastvec neighbors skipgram.fastvec",
        "cat many.txt | fastvec neighbors glove.txt --approximate",
    )
)
@model_argument
@words_argument
@topn_option
@restrict_option
@oov_option
@click.option("--approximate", is_flag=True,
              help="Build an index, say what it misses, and ask it (extra ann).")  # fmt: skip
@json_option
def neighbors(
    model: str,
    words: tuple[str, ...],
    topn: int,
    restrict: int | None,
    oov: str,
    approximate: bool,
    as_json: bool,
) -> None:
    """Print the nearest words of each word, by cosine.

    Words come as arguments, or from standard input; those of one line are asked together. An
    approximate index takes minutes to build, so it pays only for very many words.
    """
    vectors = load(model, words)
    options: dict[str, Any] = {"topn": topn, "oov": oov}
    ask = _index(vectors, restrict, topn) if approximate else vectors
    if not approximate:
        options["restrict"] = restrict
    titled = len(words) != 1
    for asked in questions(words, 0):
        missing = unknown(vectors, asked, oov)
        for word, found in zip(asked, ask.most_similar_batch(asked, **options), strict=True):
            if as_json:
                print_json({"word": word, "neighbors": found,
                            "unknown": [word] if word in missing else []})  # fmt: skip
                continue
            if titled:
                click.echo(f"{word}:")
            print_scores(found, indent=2 * titled)


def _index(vectors: Any, restrict: int | None, topn: int) -> Any:
    """Build an approximate index and say how much it finds."""
    from fastvec.vectors.approximate import ApproximateIndex

    index = ApproximateIndex(vectors, restrict=restrict)
    sample = min(200, index.size)
    recall = index.recall(topn=topn, sample=sample)
    note(f"approximate: finds {recall:.1%} of the {topn} nearest words (of {sample} words)")
    return index


@click.command(
    epilog=examples(
        "fastvec similarity skipgram.fastvec king queen",
        "cat pairs.txt | fastvec similarity skipgram.fastvec --oov skip",
    )
)
@model_argument
@words_argument
@known_option
@oov_option
@json_option
def similarity(
    model: str, words: tuple[str, ...], restrict: int | None, oov: str, as_json: bool
) -> None:
    """Print the cosine of two words.

    Pairs come as two arguments, or one pair a line from standard input.
    """
    vectors = load(model, words)
    for first, second in questions(words, 2):
        missing = unknown(vectors, (first, second), oov, restrict)
        if missing and oov == "skip":
            continue
        policy = "error" if oov == "skip" else oov
        cosine = vectors.similarity(first, second, restrict=restrict, oov=policy)
        if as_json:
            print_json({"words": [first, second], "similarity": cosine, "unknown": missing})
        else:
            click.echo(f"{cosine:.4f}" if words else f"{first} {second} {cosine:.4f}")


@click.command(
    epilog=examples(
        "fastvec analogy skipgram.fastvec man woman king",
        "fastvec analogy glove.txt man woman king --method 3cosmul",
    )
)
@model_argument
@words_argument
@click.option("--method", type=click.Choice(list(METHODS)), default="3cosadd", show_default=True,
              help="What the answer maximises.")  # fmt: skip
@topn_option
@restrict_option
@oov_option
@json_option
def analogy(
    model: str,
    words: tuple[str, ...],
    method: str,
    topn: int,
    restrict: int | None,
    oov: str,
    as_json: bool,
) -> None:
    """Answer "A is to B as C is to ?".

    The answers are the words nearest to B - A + C. The three words come as arguments, or three a
    line from standard input.
    """
    vectors = load(model, words)
    for a, b, c in questions(words, 3):
        missing = unknown(vectors, (a, b, c), oov)
        found = vectors.analogy(a, b, c, method=method, topn=topn, restrict=restrict, oov=oov)
        if as_json:
            print_json({"question": [a, b, c], "formula": METHODS[method], "answers": found,
                        "unknown": missing})  # fmt: skip
            continue
        if not words:
            click.echo(f"{a} : {b} :: {c} : ?  ({METHODS[method]})")
        print_scores(found, indent=0 if words else 2)


@click.command(
    epilog=examples(
        "fastvec odd-one-out skipgram.fastvec breakfast cereal dinner lunch",
        "cat groups.txt | fastvec odd-one-out glove.txt --oov skip",
    )
)
@model_argument
@words_argument
@known_option
@oov_option
@json_option
def odd_one_out(
    model: str, words: tuple[str, ...], restrict: int | None, oov: str, as_json: bool
) -> None:
    """Print the word that fits least with the others.

    Words come as arguments, or one group a line from standard input.
    """
    vectors = load(model, words)
    for asked in questions(words, 0):
        missing = unknown(vectors, asked, oov, restrict)
        odd = vectors.odd_one_out(asked, restrict=restrict, oov=oov)
        if as_json:
            print_json({"words": asked, "odd one out": odd, "unknown": missing})
        else:
            click.echo(odd)
