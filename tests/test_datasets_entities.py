"""Tagged sentences of the toy world: names of the test are new, and the tags are right."""

from __future__ import annotations

from fastvec.datasets import toy_entities, toy_world
from fastvec.evaluation.tag_schemes import recognise, spans

PEOPLE = set(
    [
        "john",
        "sally",
        "mary",
        "robert",
        "peter",
        "anna",
        "smith",
        "johnson",
        "lin",
        "brown",
        "garcia",
    ]
)


def entities(sentences):
    """Return the words of all entities."""
    return {
        word
        for words, tags in sentences
        for span in spans(tags)
        for word in words[span.start : span.stop]
    }


def test_names_of_the_test_are_not_in_the_training_part():
    train, test = toy_entities(sentences=20_000)
    assert entities(train) & entities(test) == set()
    words = {word for sentence, _ in train for word in sentence}
    assert not words & {"durian", "durians", "cultivator", "cultivators", "robert", "lin", "hanoi"}
    assert {"orange", "farmer", "sally", "johnson", "paris"} <= words
    assert {"durian", "cultivator"} <= {word for sentence, _ in test for word in sentence}


def test_people_and_places_are_tagged_and_nothing_else():
    train, test = toy_entities(sentences=5000)
    assert recognise(tags for _, tags in [*train, *test]) == "IOB2"
    for words, tags in [*train, *test]:
        found = {words[i] for s in spans(tags) if s.type == "PER" for i in range(s.start, s.stop)}
        assert found == PEOPLE & set(words)
    assert {"paris", "france"} <= entities(train)


def test_the_same_seed_gives_the_same_sentences():
    one, same, other = (toy_entities(seed, sentences=2000) for seed in (3, 3, 4))
    assert one == same
    assert one.train[:20] != other.train[:20]
    world = {tuple(words) for words in toy_world(3, sentences=2000, language="english")}
    assert all(tuple(words) in world for words, _ in one.train)
