"""The READMEs, English and Chinese: every command runs as printed, and prints what they show.

What differs from machine to machine is compared by these rules:

- Numbers before a unit of time, speed or size (s, words/s, MB, ...) only have to be numbers.
- Other numbers with a decimal point may differ by TOLERANCE, and spaces by any number.
- In a ranking, words whose scores are that close may have changed places.

All else must be the same, character for character.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READMES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")}
TOLERANCE = 0.05
MEASURED = re.compile(r"~?\d[\d,]*(?:\.\d+)?(?= (?:s|min|words/s|kB|MB|GB)\b)")
DECIMAL = re.compile(r"-?\d+\.\d+")
RANKED = re.compile(r"\s*\S+\s+-?\d\.\d{4}")


def blocks(text: str, *languages: str) -> list[tuple[str, str]]:
    """Return language and content of each block of code in one of some languages."""
    found = re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [(language, content) for language, content in found if language in languages]


def steps(text: str) -> list[tuple[str, str, list[str] | None]]:
    """Return the tour: (kind, what to run, what it prints, if that is shown)."""
    found: list[tuple[str, str, list[str] | None]] = []
    for language, content in blocks(text[text.index("<!-- tour -->") :], "console", "sh", "python"):
        if language == "console":
            for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
                command, *shown = part.splitlines()
                found.append(("sh", command, shown))
        elif language == "sh":
            found += [("sh", line, None) for line in content.splitlines()]
        else:
            found.append(("python", content, promised(content)))
    return found


def promised(code: str) -> list[str]:
    """Return what the comments behind `print` say that it prints."""
    lines = [line for line in code.splitlines() if "print(" in line]
    return [text.strip() for line in lines for text in line.split("  # ")[1].split(" # ")]


def same(shown: list[str], wanted: list[str]) -> bool:
    """Compare two outputs by the rules above."""
    if len(shown) != len(wanted):
        return False
    if len(wanted) > 1 and all(map(RANKED.fullmatch, wanted)):
        shown, wanted = sorted(shown), sorted(wanted)
    return all(map(same_line, shown, wanted))


def same_line(shown: str, wanted: str) -> bool:
    """Compare two lines by the rules above."""
    shown, wanted = (MEASURED.sub("#", " ".join(line.split())) for line in (shown, wanted))
    if DECIMAL.sub("#", shown) != DECIMAL.sub("#", wanted):
        return False
    pairs = zip(DECIMAL.findall(shown), DECIMAL.findall(wanted), strict=True)
    return all(abs(float(one) - float(other)) <= TOLERANCE for one, other in pairs)


def run(kind: str, what: str, folder: Path) -> list[str]:
    """Run a command or a script where a user would; return the lines that it printed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        what if kind == "sh" else [sys.executable, "-c", what], shell=kind == "sh", cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8"}, capture_output=True,
        encoding="utf-8", timeout=300, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"{what}\n{done.stdout}{done.stderr}"
    return done.stdout.splitlines()


@pytest.fixture
def clone(tmp_path):
    """Give a folder like a clone after the first command."""
    pytest.importorskip("matplotlib", reason="the first command installs the extra plot")
    pytest.importorskip("sklearn", reason="the first command installs the extra plot")
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    run("sh", "fastvec demo --quiet", tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("name", READMES)
def test_the_tour_runs_as_printed_and_shows_what_it_says(name, clone):
    for kind, what, wanted in steps(READMES[name]):
        shown = run(kind, what, clone)
        assert wanted is None or same(shown, wanted), "\n".join([what, *shown])
    for file in re.findall(r"-o (\S+)", READMES[name]):
        assert (clone / file).exists(), file


def test_both_readmes_show_the_same_commands_and_outputs():
    english, chinese = ([step[1:] for step in steps(text)] for text in READMES.values())
    assert len(english) > 20
    strip = re.compile(r"  #.*")  # What a comment says beside the code may be in Chinese.
    for (one, shown), (other, also_shown) in zip(english, chinese, strict=True):
        assert strip.sub("", one) == strip.sub("", other)
        assert shown == also_shown


def test_both_readmes_have_the_same_figures():
    """Every number of the tables, and as many sections, pictures and links."""
    english, chinese = READMES.values()
    for pattern in (r"^\|.*\|$", r"^#+ ", r"!\[", r"^- \*\*", r"^- "):
        found = [re.findall(pattern, text, re.MULTILINE) for text in (english, chinese)]
        assert len(found[0]) == len(found[1]), pattern
    tables = [re.findall(r"^\|.*\|$", text, re.MULTILINE) for text in (english, chinese)]
    for one, other in zip(*tables, strict=True):
        assert re.findall(r"\d(?:[\d.,]*\d)?|`.*?`", one) == re.findall(
            r"\d(?:[\d.,]*\d)?|`.*?`", other
        )


def test_what_is_measured_is_in_the_results():
    """Ratios are taken from RESULTS.md, and the last column runs a benchmark that exists."""
    results = (ROOT / "tests/benchmarks/RESULTS.md").read_text("utf-8")
    rows = re.findall(
        r"^\|.* \| ([\d.]+)? ?\| `(\w+)[^`]*` \|$", READMES["README.md"], re.MULTILINE
    )
    assert len(rows) >= 9
    for ratio, script in rows:
        assert (ROOT / "tests/benchmarks" / f"{script}.py").exists()
        assert ratio in results


@pytest.mark.parametrize("name", READMES)
def test_a_readme_is_short_and_links_what_is_there(name):
    text = READMES[name]
    assert len(text.splitlines()) < 400
    anchors = {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-")
               for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}  # fmt: skip
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target[1:] in anchors if target.startswith("#") else (ROOT / target).exists(), target


@pytest.mark.parametrize("name", READMES)
def test_ci_finds_the_two_commands(name):
    for mark in ("demo", "tests"):
        command = READMES[name].split(f"<!-- {mark} -->\n```sh\n")[1].split("\n")[0]
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install")
        assert command.count("&&") == 2
        assert command in READMES["README.md"]


def test_every_command_is_named(command):
    for name in command.list_commands(None):
        for text in READMES.values():
            assert re.search(rf"fastvec {name}\b|`{name}`", text), name


@pytest.mark.parametrize(
    ("shown", "wanted", "alike"),
    [
        ("king  0.9054", "king    0.9021", True),
        ("king  0.9054", "king  0.8021", False),
        ("king  0.9054", "lord  0.9054", False),
        ("1,196 words x 100, 1.3 s, 2,149,896 words/s", "1,196 words x 100, 2 s, 9 words/s", True),
        ("1,196 words x 100, 1.3 s", "1,197 words x 100, 1.3 s", False),
        ("loss 0.8786", "loss 0.8786, more", False),
        ("time ~4.4 s", "time ~19 s", True),
    ],
)
def test_lines_are_compared_by_the_rules(shown, wanted, alike):
    assert same([shown], [wanted]) is alike


def test_close_words_of_a_ranking_may_change_places():
    ranking = ["lord  0.8575", "duke  0.8570"]
    assert same(ranking[::-1], ranking)
    assert not same(["b is", "a was"], ["a was", "b is"])
    assert not same(ranking[:1], ranking)
