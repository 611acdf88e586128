from __future__ import annotations

import json

import pytest

import fastvec


@pytest.fixture
def square(run):
    """A file of vectors where king - man + woman = queen."""
    path = run.folder / "square.txt"
    path.write_text(
        "5 3\nman 1 0 0\nwoman 1 1 0\nking 1 0 1\nqueen 1 1 1\n苹果 -1 0 0\n", encoding="utf-8"
    )
    return path


def test_neighbors_are_a_table(run, square):
    result = run("neighbors", square, "man", "-n", "2")
    assert result.stdout == "woman  0.7071\nking   0.7071\n"
    assert result.stderr == ""


def test_several_words_get_titles(run, square):
    result = run("neighbors", square, "man", "queen", "-n", "1")
    assert result.stdout == "man:\n  woman  0.7071\nqueen:\n  woman  0.8165\n"


def test_words_come_from_standard_input(run, square):
    result = run("neighbors", square, "-n", "1", stdin="man\n\n  queen king\n")
    assert [line for line in result.stdout.splitlines() if line.endswith(":")] == [
        "man:", "queen:", "king:",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["neighbors", "similarity", "analogy", "odd-one-out"])
def test_an_empty_standard_input_gets_no_answers(run, square, name):
    result = run(name, square, stdin="")
    assert (result.exit_code, result.output) == (0, "")


def test_similarity_of_two_words(run, square):
    assert run("similarity", square, "man", "woman").stdout == "0.7071\n"
    both = run("similarity", square, stdin="man woman\n\nking queen\n")
    assert both.stdout == "man woman 0.7071\nking queen 0.8165\n"


def test_analogy_answers_with_the_nearest_to_b_minus_a_plus_c(run, square):
    assert (
        run("analogy", square, "man", "woman", "king", "-n", "1").stdout == "queen  0.9753\n"
    )  # By hand, from unit vectors.
    asked = run("analogy", square, "-n", "1", stdin="man woman king")
    assert asked.stdout == "man : woman :: king : ?  (b - a + c)\n  queen  0.9753\n"


def test_analogy_stops_at_the_end_of_its_input_and_states_its_formula(run, square):
    """Q9: a peer never ends, and the peers' formulas differ."""
    asked = run("analogy", square, "-n", "1", "--method", "pairdirection", stdin="man woman king")
    assert asked.stdout.startswith("man : woman :: king : ?  (? - c along b - a)\n  queen  ")
    answer = run("analogy", square, "man", "woman", "king", "--json").stdout
    assert json.loads(answer)["formula"] == "b - a + c"


def test_the_odd_one_is_named(run, square):
    assert run("odd-one-out", square, "man", "woman", "king", "苹果").stdout == "苹果\n"
    several = run(
        "odd-one-out",
        square,
        "--json",
        stdin="queen woman 苹果\nman nope\n",
    )
    assert json.loads(several.stdout.splitlines()[0])["odd one out"] == "苹果"
    assert several.exit_code == 1  # nope


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["neighbors", "man", "苹果"], "neighbors"),
        (["similarity", "man", "苹果"], "similarity"),
        (["analogy", "man", "woman", "king"], "answers"),
        (["odd-one-out", "man", "woman", "king"], "odd one out"),
    ],
)
def test_json_is_one_object_a_line_on_stdout_alone(run, square, arguments, key):
    command, *words = arguments
    square.write_text("a header of rubbish\n" + square.read_text("utf-8"), "utf-8")
    square.write_text(square.read_text("utf-8").split("\n", 1)[1].replace("5 3", "9 3"), "utf-8")
    result = run(command, square, *words, "--json")
    assert "Note" in result.stderr  # The header promises other rows.
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(lines) == (2 if command == "neighbors" else 1)
    assert all(key in line for line in lines)


def test_json_scores_equal_the_librarys(run, trained):
    answer = json.loads(run("neighbors", trained, "king", "--json").stdout)
    expected = fastvec.load(trained).most_similar("king", topn=10)
    assert [tuple(pair) for pair in answer["neighbors"]] == expected


def test_restrict_answers_among_the_commonest(run, square):
    assert "queen" not in run("neighbors", square, "king", "--restrict", "3").stdout


def test_an_unknown_word_gets_a_suggestion(run, square):
    result = run("neighbors", square, "womam")
    assert result.exit_code == 1
    assert result.stderr == "Error: 'womam' is not among the 5 words; did you mean 'woman'?\n"


@pytest.mark.parametrize(
    ("policy", "code", "lines"), [("error", 1, 0), ("skip", 0, 0), ("unk", 1, 0), ("zero", 0, 1)]
)
def test_unknown_words_are_handled_as_told(run, square, policy, code, lines):
    result = run("neighbors", square, "nope", "--oov", policy, "-n", "1")
    assert result.exit_code == code
    assert len(result.stdout.splitlines()) == lines


@pytest.mark.parametrize("policy", ["skip", "zero"])
@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["neighbors", "man", "nope"], "neighbors"),
        (["similarity", "man", "nope"], "similarity"),
        (["analogy", "man", "nope", "king"], "answers"),
        (["odd-one-out", "man", "nope", "king"], "odd one out"),
    ],
)
def test_unknown_words_are_named_in_every_answer(run, square, arguments, key, policy):
    """Q8."""
    command, *words = arguments
    result = run(command, square, *words, "--oov", policy, "--json")
    assert result.exit_code == 0
    done = "left out" if policy == "skip" else "read as a zero vector"
    assert result.stderr == f"Note: 'nope' is unknown, {done}\n"
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    if (command, policy) == ("similarity", "skip"):
        assert answers == []
    else:
        assert key in answers[-1]
        assert answers[-1]["unknown"] == ["nope"]


@pytest.mark.parametrize("name", ["similarity", "odd-one-out"])
def test_words_beyond_the_commonest_are_unknown(run, square, name):
    assert run(name, square, "man", "king", "--restrict", "3").exit_code == 0
    result = run(name, square, "man", "queen", "--restrict", "3")
    assert result.exit_code == 1
    assert "'queen' is not among the first 3 words" in result.stderr


def test_unk_stands_for_the_words_beyond_the_commonest(run, square):
    """Q3, Q8: GloVe's row <unk> is the last, and known all the same."""
    square.write_text("man 1 0\nwoman 1 1\nqueen 0 1\n<unk> 0 1\n")
    options = ("--restrict", "2", "--oov", "unk", "--json")
    result = run("similarity", square, "man", "queen", *options)
    answer = json.loads(result.stdout)
    assert answer == {"words": ["man", "queen"], "similarity": 0.0, "unknown": ["queen"]}
    assert result.stderr == "Note: 'queen' is unknown, read as <unk>\n"


def test_approximate_neighbors_come_with_their_recall(run):
    """Q7."""
    pytest.importorskip("pynndescent", reason="pynndescent is not installed (extra ann)")
    rows = [f"w{a}x{b} {a} {b} 1" for a in range(9) for b in range(9)]
    (run.folder / "grid.txt").write_text("\n".join(rows) + "\n")
    exact = run("neighbors", "grid.txt", "w4x4", "-n", "4")
    found = run("neighbors", "grid.txt", "w4x4", "-n", "4", "--approximate")
    assert "of the 4 nearest words (of 81 words)" in found.stderr
    assert "approximate: finds " in found.stderr
    assert sorted(found.stdout) == sorted(exact.stdout)


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["similarity", "man"], None, "Expected 2 words, got 1."),
        (["analogy", "man", "woman"], None, "Expected 3 words, got 2."),
        (["similarity"], "man woman\nking\n", "Line 2: expected 2 words, got 1."),
        (["neighbors", "man", "-n", "0"], None, "0 is not in the range x>=1"),
    ],
)
def test_a_wrong_number_of_words_is_a_usage_error(run, square, arguments, stdin, message):
    command, *rest = arguments
    result = run(command, square, *rest, stdin=stdin)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize("name", ["neighbors", "similarity", "analogy"])
def test_a_model_that_does_not_come_first_is_pointed_out(run, square, name):
    result = run(name, "king", square)
    assert result.exit_code == 2
    assert f"MODEL comes first: fastvec {name} {square} king" in result.stderr


def test_what_is_no_model_is_named(run):
    (run.folder / "text.txt").write_text("no vectors here\n")
    (run.folder / "empty.txt").touch()
    (run.folder / "folder").mkdir()
    for name, reason in {
        "text.txt": "not a file of vectors",
        "empty.txt": "the file is empty",
        "folder": "is not a model folder, it holds no config.json",
        "none": "No such file",
    }.items():
        result = run("neighbors", name, "word")
        assert result.exit_code == 1
        assert result.stderr.startswith(f"Error: {name}")
        assert reason in result.stderr


def test_wide_characters_keep_columns_straight(run, square):
    square.write_text("3 2\nking 1 0\n苹果 1 0\nprincess 1 0\n", encoding="utf-8")
    result = run("neighbors", square, "king")
    assert sorted(result.stdout.splitlines()) == ["princess  1.0000", "苹果      1.0000"]


def test_info_tells_all_of_a_model_that_its_folder_knows(run, trained):
    text = run("info", trained).stdout
    for fact in ("skipgram", "dim=16", "trained on", "text.txt", "sha256", "epochs done   5"):
        assert fact in text
    facts = json.loads(run("info", trained, "--json").stdout)
    assert facts["settings"]["dim"] == 16
    assert facts["epochs done"] == 5


def test_info_of_a_file_tells_its_size(run, square):
    assert json.loads(run("info", square, "--json").stdout) == {
        "file": str(square), "words": 5, "dim": 3,
    }  # fmt: skip


def test_info_tells_what_a_report_of_a_fault_needs(run):
    facts = json.loads(run("info", "--json").stdout)
    assert {"fastvec", "python", "numba", "usable cores", "compiled code kept in"} <= set(facts)
