"""Labels of a picture: none covers another."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from fastvec.vectors.maps.labels import Box, end_of_line, place_labels

BOUNDS = Box(0, 0, 400, 300)
numbers = st.floats(0, 1, allow_nan=False)


def placed(points, sizes, order=None, bounds=BOUNDS, radius=2.0):
    points, sizes = np.array(points, float), np.array(sizes, float)
    return place_labels(points, sizes, order or range(len(points)), bounds, radius)


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=60))
def test_labels_stay_inside_and_do_not_overlap(drawn):
    points = [(x * 400, y * 300) for x, y, _ in drawn]
    labels = placed(points, [(8 + 60 * width, 11) for *_, width in drawn])
    for number, label in enumerate(labels):
        assert label.box.within(BOUNDS)
        assert not any(label.box.meets(other.box) for other in labels[:number])
    assert len({label.point for label in labels}) == len(labels)


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=40))
@example([(1, 0), (1, 0), (0.857421875, 0), (0.841796875, 0.0234375)])  # At the line's very end.
def test_no_line_crosses_a_label(drawn):
    labels = placed([(x * 400, y * 300) for x, y in drawn], [(40, 11)] * len(drawn))
    for label in labels:
        x, y = drawn[label.point][0] * 400, drawn[label.point][1] * 300
        to_x, to_y = end_of_line(x, y, label.box)
        for share in np.linspace(0.7, 0.95, 6) if label.far else ():
            at = Box(x + share * (to_x - x), y + share * (to_y - y),
                     x + share * (to_x - x), y + share * (to_y - y))  # fmt: skip
            assert not any(at.meets(other.box) for other in labels if other.point != label.point)


def test_points_far_apart_all_have_their_label_beside_them():
    points = [(x, y) for x in range(50, 350, 90) for y in range(30, 290, 40)]
    labels = placed(points, [(30, 11)] * len(points))
    assert len(labels) == len(points)
    assert not any(label.far for label in labels)


def test_in_a_crowd_the_first_in_order_keep_their_labels():
    random = np.random.default_rng(0)
    points = random.uniform(100, 140, (80, 2))
    order = random.permutation(80).tolist()
    labels = placed(points, [(45, 11)] * 80, order)
    assert [label.point for label in labels[:3]] == order[:3]
    assert len(labels) < 80


def test_a_label_moves_off_when_its_place_is_taken():
    random = np.random.default_rng(3)
    labels = placed(random.uniform(150, 200, (20, 2)), [(40, 11)] * 20)
    assert not labels[0].far
    assert sum(label.far for label in labels) >= 3


def test_of_points_in_one_place_four_have_labels():
    labels = placed([(200, 150)] * 6, [(40, 11)] * 6)
    assert [label.point for label in labels] == [0, 1, 2, 3]


def test_a_label_avoids_the_points_of_others():
    labels = placed([(200, 150), (215, 150)], [(40, 11), (40, 11)], [0])
    box = labels[0].box
    assert not Box(213, 148, 217, 152).meets(box)


def test_a_line_ends_at_the_nearest_edge():
    assert end_of_line(0, 0, Box(10, -5, 20, 5)) == (10, 0)
    assert end_of_line(0, 0, Box(10, 10, 20, 20)) == (10, 10)
    assert end_of_line(15, 12, Box(10, 10, 20, 20)) == (15, 12)


def test_nothing_to_label():
    assert placed(np.zeros((0, 2)), np.zeros((0, 2)), []) == []
