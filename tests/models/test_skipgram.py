"""Skip-gram from Python: what goes in and what comes out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fastvec import Corpus, SkipGram, build_workspace
from fastvec.errors import CorpusError, FastvecError, ParameterError, VocabularyError
from fastvec.models import training

SMALL = [["a", "b", "c", "d"], ["b", "a", "d"], ["c", "d", "a", "b", "e"]] * 60


def small(**settings):
    return SkipGram(**{"dim": 8, "min_count": 1, "threads": 1, "epochs": 2, **settings})


def two_topics(sentences=400):
    """Return sentences of letters, or of digits, never of both."""
    rng = np.random.default_rng(5)
    letters, digits = list("abcdefgh"), list("12345678")
    return [list(rng.choice((letters, digits)[n % 2], 8)) for n in range(sentences)]


# What goes in


def test_lists_corpus_path_and_workspace_give_the_same_vectors(tmp_path):
    path = tmp_path / "c.txt"
    path.write_text("\n".join(map(" ".join, SMALL)))
    sources = [SMALL, Corpus(SMALL), Corpus(path), path, str(path)]
    sources.append(build_workspace(Corpus(path), tmp_path / "w"))
    matrices = [small().fit(source).vectors.matrix.tobytes() for source in sources]
    assert matrices == [matrices[0]] * len(sources)


def test_fit_returns_the_model_with_its_matrices():
    model = small()
    assert model.fit(SMALL) is model
    assert model.vectors.matrix.shape == model.context_vectors.shape == (5, 8)
    assert model.vectors.matrix.dtype == model.context_vectors.dtype == np.float32
    assert model.vectors.words == model.vocabulary.words == ["a", "b", "d", "c", "e"]
    assert model.vectors.counts.tolist() == [180, 180, 180, 120, 60]
    assert model.source["words"] == 720


def test_untrained_model_says_so():
    for name in ("vectors", "vocabulary", "context_vectors"):
        with pytest.raises(FastvecError, match="SkipGram has not been trained: call fit first"):
            getattr(small(), name)


def test_list_of_strings_is_refused_with_advice():
    """B4."""
    with pytest.raises(ParameterError, match="expected a list of tokens, found a string 'abc def'"):
        small().fit(["abc def"])


def test_generator_is_refused_with_advice():
    """B3."""
    with pytest.raises(ParameterError, match="can be read only once"):
        small().fit(sentence for sentence in SMALL)


def test_corpus_without_words_is_refused():
    with pytest.raises(CorpusError, match="holds no words"):
        small().fit([[]])


def test_empty_vocabulary_says_what_was_read():
    """C11."""
    with pytest.raises(VocabularyError) as caught:
        small(min_count=5).fit([["a", "b", "a"]])
    message = str(caught.value)
    assert "3 words were read, 2 of them distinct" in message
    assert "'a', has 2" in message
    assert "--min-count 2" in message


# Repeatability


def test_same_seed_gives_the_same_bytes():
    """G3."""
    first, second, other = (small(seed=seed).fit(SMALL) for seed in (1, 1, 2))
    assert first.vectors.matrix.tobytes() == second.vectors.matrix.tobytes()
    assert first.context_vectors.tobytes() == second.context_vectors.tobytes()
    assert [r.loss for r in first.history] == [r.loss for r in second.history]
    assert first.vectors.matrix.tobytes() != other.vectors.matrix.tobytes()


def test_fitting_again_starts_again():
    model = small().fit(SMALL)
    before = model.vectors.matrix.tobytes()
    assert model.fit(SMALL).vectors.matrix.tobytes() == before
    assert [record.epoch for record in model.history] == [1, 2]


def test_no_epochs_give_the_start_state():
    """O3, D5: start vectors depend on seed, row and dim alone."""
    one = small(epochs=0, seed=7).fit(SMALL)
    stream = np.random.default_rng(np.random.SeedSequence((7, 0)))
    expected = (stream.random((5, 8), np.float32) - np.float32(0.5)) / np.float32(8)
    assert one.vectors.matrix.tobytes() == expected.tobytes()
    assert not one.context_vectors.any()
    assert one.history == []
    many = small(epochs=0, seed=7, threads=4).fit([*SMALL, ["rare"]])
    assert many.vectors.matrix[:5].tobytes() == expected.tobytes()


# Loss, history, callbacks


def test_loss_is_finite_and_falls(world):
    """D7, D10."""
    model = SkipGram(dim=16, epochs=3, threads=1).fit(world)
    losses = [record.loss for record in model.history]
    assert len(losses) == 3
    assert all(0 < loss < 6 * math.log(2) for loss in losses)
    assert losses[0] > losses[1] > losses[2]


def test_history_tells_rate_and_speed():
    """R6."""
    records = small(epochs=3, learning_rate=0.05).fit(SMALL).history
    assert [record.epoch for record in records] == [1, 2, 3]
    rates = [record.learning_rate for record in records]
    assert 0.05 > rates[0] > rates[1] > rates[2] >= 0.05 * 1e-4
    assert all(record.words_per_second > 0 and record.seconds > 0 for record in records)
    assert set(records[0].as_dict()) == {
        "epoch", "loss", "learning_rate", "words_per_second", "seconds", "pairs",
        "validation_loss",
    }  # fmt: skip


def test_callback_hears_of_every_epoch():
    """I2."""
    events = []
    small().fit(SMALL, callback=events.append)
    ends = [event for event in events if event.epoch_ended]
    assert [(e.stage, e.epoch, e.epochs, e.done, e.total) for e in ends] == [
        ("training", 1, 2, 720, 1440),
        ("training", 2, 2, 1440, 1440),
    ]
    assert all(e.loss > 0 and e.learning_rate > 0 and e.words_per_second > 0 for e in ends)
    assert ends[-1].seconds_left == pytest.approx(0)


def test_callback_hears_of_the_middle_of_an_epoch(world, monkeypatch):
    monkeypatch.setattr(training, "REPORT_EVERY", 0.0)
    events = []
    SkipGram(dim=8, epochs=1, threads=2).fit(world, callback=events.append)
    trained = [event for event in events if event.stage == "training"]
    assert len(trained) > 10
    done = [event.done for event in trained]
    assert done == sorted(done)
    assert [event.epoch_ended for event in trained] == [False] * (len(trained) - 1) + [True]


def test_text_of_single_words_has_no_loss_and_no_error():
    model = small(epochs=1).fit([["a"], ["b"]])
    assert math.isnan(model.history[0].loss)
    assert np.isfinite(model.vectors.matrix).all()


# Variants learn


@pytest.mark.parametrize(
    "settings",
    [{}, {"window_shape": "full"}, {"window_shape": "sample", "window_draws": 3},
     {"negative_sharing": "pair"}, {"negative_sharing": "pair", "window_shape": "sample"},
     {"sample_rule": "paper"}, {"noise_exponent": 0.0}, {"sample": 0}, {"negative": 13},
     {"unk": "trained", "min_count": 200}, {"sentence_marks": True}, {"threads": 3}],
    ids=str,
)  # fmt: skip
def test_two_topics_come_apart(settings):
    """D10: each mode learns."""
    chosen = {"sample": 0.05, "learning_rate": 0.1, "epochs": 10, "window": 4, **settings}
    vectors = small(**chosen).fit(two_topics()).vectors
    known = [word for word in vectors.words if len(word) == 1]
    letters = [word for word in known if word.isalpha()]
    digits = [word for word in known if word.isdigit()]
    assert len(letters) > 1
    assert len(digits) > 1
    within = [vectors.similarity(a, b) for group in (letters, digits) for a in group for b in group]
    across = [vectors.similarity(a, b) for a in letters for b in digits]
    assert min(within) > max(across) + 0.2
