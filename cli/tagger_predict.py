"""``fastvec tagger predict``: plain text or a column file in, tags out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from .options import examples
from .output import note, warn
from .tagger_options import column, column_options, existing_file, open_tagger
from .text_output import output_options, text_output

if TYPE_CHECKING:
    from fastvec.text.marks import Token

AT_ONCE = 256  # Sentences that are tagged together, where they come from a file or pipe.
COLOURS = ("green", "blue", "magenta", "cyan", "yellow", "red")


class Piece(NamedTuple):
    """A sentence to tag: its text, its tokens in it, and the document that it is of."""

    text: str
    tokens: list[Token]
    document: int = 0


@click.command(
    epilog=examples(
        'fastvec tagger predict tagger.fastvec "Robert Lin is a durian cultivator"',
        "fastvec tagger predict tagger.fastvec --columns test.conll -o predicted.conll",
        "cat news.txt | fastvec tagger predict tagger.fastvec --format json",
    )
)
@click.argument("model", type=click.Path(exists=True, file_okay=False))
@click.argument("sentence", nargs=-1)
@click.option("--columns", type=existing_file, metavar="FILE",
              help="Tag the words of a column file, and keep its documents and tags.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["auto", "conll", "json", "text"]),
              default="auto", show_default=True,
              help="Columns, a line of JSON a sentence, or text with entities marked; auto is "
              "text on a terminal and columns elsewhere.")  # fmt: skip
@click.option("--tokenizer", type=click.Choice(["marks", "whitespace", "zh"]), default="marks",
              show_default=True, help="Tokens of plain text: words and punctuation marks, as "
              "separated by white space, or Chinese words (jieba) and marks.")  # fmt: skip
@column_options
@output_options
def predict(
    model: str,
    sentence: tuple[str, ...],
    columns: str | None,
    form: str,
    tokenizer: str,
    word: str | None,
    tag: str,
    output: Path | None,
    overwrite: bool,
) -> None:
    """Tag sentences.

    SENTENCE is plain text, and so are the lines of standard input, where none is given.
    """
    tagger = open_tagger(model)
    if columns and sentence:
        raise click.UsageError("Name sentences or --columns, not both.")
    on_terminal = sys.stdout.isatty() and (output is None or str(output) == "-")
    if form == "auto":
        form = "text" if on_terminal else "conll"
    gold: Iterator[list[str]] = iter(())
    if columns:
        text = _read(columns, column(word), column(tag))
        pieces: Iterable[Piece] = map(_piece, text.sentences)
        gold = (sentence.tags for sentence in text.sentences)
    else:
        pieces = _plain(sentence, tokenizer)
    interactive = not columns and not sentence and sys.stdin.isatty()
    with text_output(output, overwrite=overwrite) as write:
        writer = _Writer(form, tagger.tags.entities, colours=on_terminal)
        for group in _groups(iter(pieces), 1 if interactive else AT_ONCE):
            found = tagger.predict([[token.text for token in piece.tokens] for piece in group])
            for piece, tags in zip(group, found, strict=True):
                line = writer.line(piece, next(gold, []), tags)
                write(line.encode("utf-8", "surrogateescape"))
            if on_terminal:
                sys.stdout.flush()


def _read(path: str, word: Any, tag: Any) -> Any:
    """Read a column file; one of words alone has no tags to keep."""
    from fastvec.text.columns import read_columns

    text = read_columns(path, word=word, tag=None)
    return text if text.columns == 1 else read_columns(path, word=word, tag=tag)


def _piece(sentence: Any) -> Piece:
    """Lay out a sentence of a column file as text."""
    from fastvec.text.marks import Token

    tokens, start = [], 0
    for word in sentence.words:
        tokens.append(Token(word, start, start + len(word)))
        start += len(word) + 1
    return Piece(" ".join(sentence.words), tokens, sentence.document)


def _plain(sentences: tuple[str, ...], tokenizer: str) -> Iterator[Piece]:
    """Yield the sentences of plain text, of arguments or standard input."""
    from fastvec.text.marks import split_sentences

    if not sentences and sys.stdin.isatty():
        note("Type a sentence, then Enter; Ctrl-D ends.")
    for line in sentences or sys.stdin:
        text = line.rstrip("\n")
        for tokens in split_sentences(text, tokenizer):
            start, stop = (0, len(text)) if "\n" not in text else (tokens[0][1], tokens[-1][2])
            moved = [token._replace(start=token.start - start, stop=token.stop - start)
                     for token in tokens]  # fmt: skip
            yield Piece(text[start:stop], moved)


def _groups(pieces: Iterator[Piece], size: int) -> Iterator[list[Piece]]:
    """Yield so many pieces at a time."""
    while group := list(islice(pieces, size)):
        yield group


class _Writer:
    """Writes tagged sentences in one of the formats."""

    def __init__(self, form: str, entities: bool, *, colours: bool) -> None:
        if form == "text" and not entities:
            warn("the tags are plain labels, and stand behind each word")
        self._write = {"conll": self._columns, "json": self._json,
                       "text": self._marked if entities else self._labelled}[form]  # fmt: skip
        self._entities, self._colours = entities, colours
        self._document, self._kinds = 0, dict[str, str]()

    def line(self, piece: Piece, gold: list[str], tags: list[str]) -> str:
        """Return a sentence's lines, with their ends."""
        return self._write(piece, gold, tags)

    def _columns(self, piece: Piece, gold: list[str], tags: list[str]) -> str:
        """Return a token a line: word, gold tag where there is one, predicted tag."""
        from fastvec.text.columns import written

        words = [token.text for token in piece.tokens]
        columns = [words, gold, tags] if gold else [words, tags]
        moved, self._document = piece.document != self._document, piece.document
        return "".join(written([(int(moved), columns)]))

    def _json(self, piece: Piece, gold: list[str], tags: list[str]) -> str:
        """Return a line of JSON."""
        import json

        from fastvec.models.tagger.tagging import entities_of

        entry: dict[str, Any] = {
            "text": piece.text, "tokens": [token.text for token in piece.tokens], "tags": tags,
        }  # fmt: skip
        if gold:
            entry["gold"] = gold
        if self._entities:
            found = entities_of(piece.text, piece.tokens, tags)
            entry["entities"] = [entity._asdict() for entity in found]
        text = json.dumps(entry, ensure_ascii=False)
        return text.encode("utf-8", "replace").decode() + "\n"

    def _marked(self, piece: Piece, gold: list[str], tags: list[str]) -> str:
        """Return the text with entities in brackets, and in colours on a terminal."""
        from fastvec.models.tagger.tagging import entities_of

        parts, place = [], 0
        for entity in entities_of(piece.text, piece.tokens, tags):
            name = entity.type or "entity"
            colour = self._kinds.setdefault(name, COLOURS[len(self._kinds) % len(COLOURS)])
            shown = f"[{entity.text} {name}]"
            parts += [
                piece.text[place : entity.start],
                click.style(shown, fg=colour, bold=True) if self._colours else shown,
            ]
            place = entity.stop
        return "".join(parts) + piece.text[place:] + "\n"

    def _labelled(self, piece: Piece, gold: list[str], tags: list[str]) -> str:
        """Return words with their tags behind them."""
        marked = (
            token.text + (click.style(f"/{tag}", dim=True) if self._colours else f"/{tag}")
            for token, tag in zip(piece.tokens, tags, strict=True)
        )
        return " ".join(marked) + "\n"
