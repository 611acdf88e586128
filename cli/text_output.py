"""Where text goes: a file that is there once it is whole, or standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from fastvec.text.stretches import Stretch

Command = TypeVar("Command", bound=Callable[..., Any])


def output_options(command: Command) -> Command:
    """Add the options that say where text goes."""
    command = click.option("--overwrite", is_flag=True, help="Replace what is there.")(command)
    return click.option("-o", "--output", type=click.Path(path_type=Path),
                        help="File for the text; - for standard output.")(command)  # fmt: skip


def write_text(text: Iterable[Stretch], write: Callable[[bytes], Any]) -> tuple[int, int]:
    """Write one sentence a line; return how many sentences and words there were."""
    sentences = words = 0
    fresh = True
    for stretch in text:
        ends = stretch.count(None)
        sentences, words = sentences + ends, words + len(stretch) - ends
        joined = "".join("\n" if word is None else f" {word}" for word in stretch)
        joined = joined.replace("\n ", "\n")
        if joined:
            joined, fresh = joined.removeprefix(" ") if fresh else joined, joined.endswith("\n")
        write(joined.encode("utf-8", "surrogateescape"))
    return sentences, words


@contextmanager
def text_output(output: Path | None, *, overwrite: bool) -> Iterator[Callable[[bytes], Any]]:
    """Give what writes to a file, which is there once it is whole, or to standard output."""
    from fastvec.errors import ResourceError

    if output is None or str(output) == "-":
        stream = sys.stdout.buffer
        yield stream.write
        stream.flush()
        return
    if output.exists() and not output.is_file():  # /dev/stdout must not be replaced.
        raise ResourceError(f"{output}: is no ordinary file; choose another -o, or -o -")
    if output.exists() and not overwrite:
        raise ResourceError(f"{output}: exists; replace it with --overwrite, or choose another -o")
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("wb") as file:
            yield file.write
        os.replace(part, output)
    except OSError as error:
        raise ResourceError(
            f"{output}: cannot be written ({error.strerror}); free space, or choose another -o"
        ) from error
    finally:
        part.unlink(missing_ok=True)
