from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastvec.errors import FastvecError
from fastvec.evaluation.files import read_pairs, read_questions

LINES = st.one_of(
    st.text(st.sampled_from("ab :#\t1.é\r"), max_size=12),
    st.sampled_from([": s", "a b c d", "a\tb\t1", "a b 2", "x y z nan"]),
)


@given(st.lists(LINES, max_size=12), st.binary(max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_refused_and_each_line_is_accounted_for(tmp_path, lines, rubbish):
    path = tmp_path / "file"
    path.write_bytes("\n".join(lines).encode() + b"\n" + rubbish.replace(b"\n", b""))
    number = len(lines) + 2
    for read in (read_questions, read_pairs):
        try:
            found = read(path)
        except FastvecError:
            continue
        assert len(found.words) + len(found.skipped) <= number
        assert all(1 <= line <= number for line in found.skipped)
        assert found.name == "file"


def test_sections_are_named_in_their_order(tmp_path):
    (tmp_path / "q").write_text("a b c d\n: one two\n:three\nA b c d\n")
    found = read_questions(tmp_path / "q")
    assert found.sections == ["", "one two", "three"]
    assert found.section_of == [0, 2]
    assert found.words == [("a", "b", "c", "d"), ("A", "b", "c", "d")]
