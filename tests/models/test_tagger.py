"""The tagger: learns, repeats itself, is saved, resumed and stopped."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec
from fastvec.errors import CorpusError, DivergenceError, FastvecError, ParameterError
from fastvec.models.tagger.estimator import Tagger
from fastvec.models.tagger.tagging import Entity
from fastvec.progress import silent

from .tagging import SALLY, TOY, config


def vectors_of(words, dim=10, seed=0):
    """Return random vectors of words."""
    matrix = np.random.default_rng(seed).normal(0, 0.5, (len(words), dim)).astype(np.float32)
    return fastvec.WordVectors(words, matrix)


@pytest.fixture(scope="module")
def given_vectors():
    words = {word.lower() for sentence, _ in TOY for word in sentence}
    return vectors_of(sorted(words))


@pytest.fixture(scope="module")
def elmo():
    """A tiny language model."""
    text = [[word.lower() for word in words] for words, _ in TOY] * 5
    return fastvec.ELMo(preset="tiny", cells=16, dim=8, min_count=1, epochs=1, threads=1).fit(text)


def parameters(tagger):
    """Return all arrays of a tagger, by name, as bytes."""
    return {name: a.tobytes() for name, a in tagger.model.network.parameters.items()}


INPUTS = {
    "random": {},
    "softmax": {"decoder": "softmax", "scheme": "IOB2"},
    "two layers": {"layers": 2},
    "characters": {"characters": 6, "capitals": "no"},
    "given": {"vectors": True},
    "tuned": {"vectors": True, "tune": True},
    "elmo": {"elmo": True},
    "all": {"vectors": True, "elmo": True, "tune": True, "characters": 6},
}


def make(kind, given_vectors, elmo, **settings):
    """Return an untrained tagger of a kind of inputs."""
    chosen = {**INPUTS[kind], **settings}
    vectors = given_vectors if chosen.pop("vectors", False) else None
    return Tagger(vectors, elmo if chosen.pop("elmo", False) else None, **config(**chosen))


@pytest.mark.parametrize("kind", INPUTS)
def test_it_learns_the_text(kind, given_vectors, elmo):
    tagger = make(kind, given_vectors, elmo, epochs=60, learning_rate=0.02).fit(TOY)
    assert tagger.predict([words for words, _ in TOY]) == [tags for _, tags in TOY]
    losses = [record.loss for record in tagger.history]
    assert losses[-1] < 0.2 * losses[0]


@pytest.mark.parametrize("kind", INPUTS)
def test_bytes_are_those_of_the_seed_at_any_number_of_threads(kind, given_vectors, elmo):
    first = parameters(make(kind, given_vectors, elmo).fit(TOY))
    for threads in (1, 2, 4):
        assert parameters(make(kind, given_vectors, elmo, threads=threads).fit(TOY)) == first
    assert parameters(make(kind, given_vectors, elmo, seed=2).fit(TOY)) != first


@pytest.mark.parametrize("kind", INPUTS)
def test_a_saved_tagger_is_the_same_when_loaded(kind, given_vectors, elmo, tmp_path):
    tagger = make(kind, given_vectors, elmo).fit(TOY, validation=TOY)
    tagger.save(tmp_path / "a")
    loaded = fastvec.load_model(tmp_path / "a")
    sentences = [[*words, "Bonn", "in", "1990"] for words, _ in TOY]
    assert loaded.predict(sentences) == tagger.predict(sentences)
    assert loaded.history == tagger.history
    assert (loaded.tags, loaded.config) == (tagger.tags, tagger.config)
    assert loaded.parts.inputs == tagger.parts.inputs
    np.testing.assert_array_equal(loaded.vectors.matrix, tagger.vectors.matrix)
    loaded.save(tmp_path / "b")
    for name in ("vectors-1.safetensors", "vocabulary-1.tsv", "history-1.json", "config.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


class Stop(Exception):
    """Stands for a crash."""


class Crash:
    """Raises at the end of an epoch, or in the middle of one."""

    def __init__(self, batches):
        self._left = batches

    def step(self):
        self._left -= 1
        if self._left < 0:
            raise Stop


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("batches", [3, 8])
def test_a_killed_training_resumes_to_the_same_bytes(
    kind, batches, given_vectors, elmo, tmp_path, monkeypatch
):
    whole = make(kind, given_vectors, elmo).fit(TOY, validation=TOY)
    from fastvec.models.tagger import training

    crash = Crash(batches)
    learn = training.TaggerTraining._learn
    monkeypatch.setattr(
        training.TaggerTraining, "_learn", lambda self, batch: (crash.step(), learn(self, batch))
    )
    # Every pause saves, as if the interval had passed.
    monkeypatch.setattr("fastvec.models.checkpoints.time.monotonic", iter(range(10**6)).__next__)
    with pytest.raises(Stop):
        make(kind, given_vectors, elmo).fit(
            TOY, validation=TOY, checkpoint=tmp_path / "a", checkpoint_every="1s"
        )
    monkeypatch.setattr(training.TaggerTraining, "_learn", learn)
    left = fastvec.load_model(tmp_path / "a")
    assert left.unfinished
    assert left.predict([SALLY[0]])  # Usable as it is.
    done = left.fit(TOY, validation=TOY, resume=True)
    assert not done.unfinished
    strip = [(r.epoch, r.loss, r.score, r.gradient_norm, r.shares) for r in whole.history]
    assert [(r.epoch, r.loss, r.score, r.gradient_norm, r.shares) for r in done.history] == strip
    assert parameters(done) == parameters(whole)
    np.testing.assert_array_equal(done.vectors.matrix, whole.vectors.matrix)


def test_ctrl_c_keeps_what_was_learned_and_can_be_resumed(given_vectors):
    whole = Tagger(given_vectors, **config()).fit(TOY)

    def interrupt(event):
        if event.epoch_ended and event.epoch == 2:
            raise KeyboardInterrupt

    tagger = Tagger(given_vectors, **config())
    with pytest.raises(KeyboardInterrupt):
        tagger.fit(TOY, callback=interrupt)
    assert tagger.unfinished
    assert len(tagger.history) == 2
    assert tagger.predict([["we"]])
    assert parameters(tagger.fit(TOY, resume=True)) == parameters(whole)
    assert not tagger.unfinished


def test_only_an_unfinished_training_on_the_same_texts_is_resumed(given_vectors):
    with pytest.raises(ParameterError, match="no unfinished training"):
        Tagger(given_vectors, **config()).fit(TOY, resume=True)
    tagger = Tagger(given_vectors, **config())

    def interrupt(event):
        if event.epoch_ended:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tagger.fit(TOY, callback=interrupt)
    for text, development in ((TOY[1:], None), (TOY, TOY)):
        with pytest.raises(CorpusError, match="begun on other texts"):
            tagger.fit(text, validation=development, resume=True)


def test_the_best_epoch_is_kept_and_patience_ends(given_vectors):
    dev = [(words, ["O"] * len(words)) for words, _ in TOY[:-1]] + [TOY[0]]
    tagger = Tagger(given_vectors, **config(epochs=40, patience=2, learning_rate=0.03))
    tagger.fit(TOY, validation=dev)
    scores = [record.score for record in tagger.history]
    assert len(scores) < 40
    assert tagger.evaluate(dev).score == max(scores)


def test_a_rate_that_diverges_stops_and_changes_nothing(given_vectors):
    tagger = Tagger(given_vectors, **config(epochs=2)).fit(TOY)
    before = parameters(tagger)
    tagger.config = Tagger(**config(epochs=50, learning_rate=1000.0, clip_norm=1e6)).config
    with pytest.raises(DivergenceError, match=r"epoch \d+, \d+% of the way.* learning rate 1e\+03"):
        tagger.fit(TOY)
    assert parameters(tagger) == before


def test_tuning_moves_the_training_words_only(given_vectors):
    words = [*given_vectors.words, "elsewhere"]
    vectors = vectors_of(words)
    tuned = Tagger(vectors, **config(tune=True)).fit(TOY).vectors
    fixed = Tagger(vectors, **config()).fit(TOY).vectors
    assert tuned.words == fixed.words == [*words, "<unk>"]
    np.testing.assert_array_equal(fixed.matrix[:-1], vectors.matrix)
    assert (tuned["farmer"] != vectors["farmer"]).any()
    np.testing.assert_array_equal(tuned["elsewhere"], vectors["elsewhere"])


def test_plain_labels_are_learned_and_scored_by_accuracy():
    text = [(["we", "sing"], ["PRON", "VERB"]), (["John", "sings"], ["PROPN", "_"])] * 8
    tagger = Tagger(**config(epochs=40, learning_rate=0.02)).fit(text, validation=text)
    found = tagger.evaluate(text)
    assert tagger.tags.scheme == "plain"
    assert found.score == found.scores.accuracy == 1.0
    assert found.scores.masked == 8
    with pytest.raises(ParameterError, match="plain labels, not entities"):
        tagger.entities("we sing")


def test_texts_of_the_other_kind_are_refused(given_vectors):
    plain = [(["we", "sing"], ["PRON", "VERB"])]
    tagger = Tagger(given_vectors, **config())
    with pytest.raises(ParameterError, match=r"has plain labels .* learned entities"):
        tagger.fit(TOY, validation=plain)
    tagger.fit(TOY)
    with pytest.raises(ParameterError, match="--tag-column"):
        tagger.evaluate(plain)


def test_plain_text_is_split_and_entities_have_their_places(given_vectors):
    tagger = Tagger(given_vectors, **config(epochs=60, learning_rate=0.02)).fit(TOY)
    text = "we met John Smith in Paris\n\n Paris is big"
    assert tagger.entities(text) == [
        Entity("PER", "John Smith", 7, 17), Entity("LOC", "Paris", 21, 26),
        Entity("LOC", "Paris", 29, 34),
    ]  # fmt: skip
    assert tagger.predict(["Paris is big", [], ["Paris"]]) == [["B-LOC", "O", "O"], [], ["B-LOC"]]
    assert tagger.predict([]) == []


def test_an_untrained_tagger_says_so():
    with pytest.raises(FastvecError, match="has not been trained: call fit first"):
        Tagger().predict([["a"]])
    with pytest.raises(ParameterError, match="Tagger: got an unexpected keyword argument 'cell'"):
        Tagger(cell=3)
    with pytest.raises(ParameterError, match="batch must be between 1"):
        Tagger(batch=0)


def test_progress_tells_vectors_scheme_coverage_and_plan(given_vectors):
    """N1, N2."""
    events = []
    Tagger(given_vectors, **config()).fit(TOY, validation=TOY, callback=events.append)
    notes = [event.note for event in events if event.stage == "starting"]
    assert notes[0].startswith("vectors: given vectors, ")
    assert notes[1] == "text: 24 sentences, 96 tokens, 1 documents; 9 tags, IOB2, learned as BIOES"
    assert notes[2].startswith("training: 100.0% of 96 tokens have a vector (exact ")
    assert notes[3].startswith("development: ")
    assert notes[4].startswith("plan: ")
    ended = [event for event in events if event.epoch_ended]
    assert [event.epoch for event in ended] == [1, 2, 3]
    assert all(event.note.startswith("development score ") for event in ended)
    assert all(np.isfinite(event.loss) for event in ended)


def test_what_does_not_fit_the_memory_is_refused(given_vectors, monkeypatch):
    monkeypatch.setattr("fastvec.models.tagger.plan.available_memory", lambda: 10**6)
    with pytest.raises(fastvec.errors.ResourceError, match=r"needs \d+ MB .* but 1 MB are free"):
        Tagger(given_vectors, **config()).fit(TOY)


def test_silent_is_the_default():
    assert Tagger(**config(epochs=0)).fit(TOY, callback=silent).history == []
