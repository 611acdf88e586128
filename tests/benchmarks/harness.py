"""Alternate several programs in one run, and print medians, ratios and the machine."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("fastvec", "numba", "llvmlite", "numpy", "scipy", "gensim")


def data_folder() -> Path:
    """Return the folder of corpora and evaluation sets."""
    folder = Path(os.environ.get("FASTVEC_DATA", "../shared/data"))
    if not folder.is_dir():
        sys.exit(f"{folder}: no such folder; name the evaluation data with FASTVEC_DATA")
    return folder


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that every benchmark has."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--runs", type=int, default=3, help="alternating runs (3)")
    options.add_argument("--threads", type=int, default=2, help="threads of every program (2)")
    options.add_argument("--words", type=int, default=0, help="first words of the corpus (all)")
    options.add_argument("--corpus", type=Path, help="plain text instead of english.txt")
    return options


def english(folder: Path, words: int = 0) -> Path:
    """Unpack english.txt, or its first so many words, into a folder."""
    return unpacked("english", folder, words)


def unpacked(name: str, folder: Path, words: int = 0) -> Path:
    """Unpack a corpus, or its first so many words, into a folder."""
    import lzma

    path = folder / f"{name}.txt"
    with lzma.open(data_folder() / f"{name}.txt.xz") as packed, path.open("wb") as plain:
        count = 0
        for line in packed:
            plain.write(line)
            count += line.count(b" ") + 1
            if words and count >= words:
                break
    return path


def machine() -> str:
    """Describe the machine, its load and the versions."""
    parts = [f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"]
    with_versions = []
    for package in PACKAGES:
        try:
            with_versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            with_versions.append(f"{package} absent")
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    return "\n".join([*parts, ", ".join(with_versions), f"load before: {load}"])


def alternate(
    programs: Mapping[str, Callable[[], float]], runs: int, unit: str = "s"
) -> dict[str, list[float]]:
    """Run each program in turn, ``runs`` times; each returns its own figure."""
    print(machine())
    figures: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(runs):
        for name, program in programs.items():
            figure = program()
            figures[name].append(figure)
            print(f"  run {number + 1}  {name:32} {figure:14,.3f} {unit}", flush=True)
    return figures


def report(
    figures: Mapping[str, list[float]], ours: str, unit: str, *, more_is_better: bool
) -> None:
    """Print medians, and ratios run by run against ours."""
    print(f"\n{'':34}{'median':>14} {'min':>14} {'max':>14}  {unit}")
    for name, values in figures.items():
        middle = statistics.median(values)
        print(f"{name:34}{middle:14,.3f} {min(values):14,.3f} {max(values):14,.3f}")
    for name, values in figures.items():
        if name == ours:
            continue
        pairs = zip(figures[ours], values, strict=True)
        ratios = [a / b if more_is_better else b / a for a, b in pairs]
        print(
            f"{ours} is {statistics.median(ratios):.2f} times as fast as {name} "
            f"(runs: {', '.join(f'{ratio:.2f}' for ratio in ratios)})"
        )


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run_process(command: list[str]) -> float:
    """Return the seconds that a whole process takes; its output is thrown away."""
    return timed(
        lambda: subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    )
