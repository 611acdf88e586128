"""Skip-gram and CBOW, the two models of word2vec."""

from __future__ import annotations

from typing import ClassVar

from fastvec.models.configs import CBOWConfig, SkipGramConfig, WordConfig
from fastvec.models.word2vec.model import WordModel


class SkipGram(WordModel):
    """Skip-gram, with negative sampling, hierarchical softmax, or full softmax.

    Every word's vector learns to tell the words around it from others [1]_. The same
    seed gives the same bytes at any number of threads with ``updates="ordered"``, and
    with one thread always. Where threads share the parameters without locks [2]_, as
    they do by default on texts of over a million words, results vary slightly.

    Parameters
    ----------
    **settings
        Those of `SkipGramConfig`, by name.

    Attributes
    ----------
    config : SkipGramConfig
    vectors : WordVectors
        The words' vectors, (V, dim); after `fit`.
    context_vectors : ndarray of float32, shape (V, dim)
        The output matrix: words, or inner nodes with ``loss="hs"``; after `fit`.
    vocabulary : Vocabulary
    history : list of EpochRecord

    Raises
    ------
    ParameterError
        If a setting is unknown or outside its range.

    References
    ----------
    .. [1] Mikolov et al., "Distributed Representations of Words and Phrases and
       their Compositionality", NIPS 2013.
    .. [2] Niu et al., "Hogwild!", NIPS 2011.

    Examples
    --------
    >>> model = SkipGram(dim=16, min_count=1, threads=1, epochs=2)
    >>> model = model.fit([["a", "b", "c"], ["a", "c", "b"]] * 50)
    >>> model.vectors["a"].shape
    (16,)
    """

    kind: ClassVar[str] = "skipgram"
    config_class: ClassVar[type[WordConfig]] = SkipGramConfig


class CBOW(WordModel):
    """Continuous bag of words, with negative sampling, hierarchical softmax, or full softmax.

    A word is predicted from the mean, or sum, of the words around it [1]_. The
    classic update moves each of them by the whole error of their mean;
    ``cbow_gradient="corrected"`` takes the true gradient [2]_. Parameters,
    attributes and errors are those of `SkipGram`, with `CBOWConfig`.

    References
    ----------
    .. [1] Mikolov et al., "Efficient Estimation of Word Representations in
       Vector Space", 2013.
    .. [2] İrsoy et al., "Corrected CBOW Performs as well as Skip-gram", 2021.

    Examples
    --------
    >>> model = CBOW(dim=16, min_count=1, threads=1, epochs=2, loss="hs")
    >>> model = model.fit([["a", "b", "c"], ["a", "c", "b"]] * 50)
    >>> len(model.vectors)
    3
    """

    kind: ClassVar[str] = "cbow"
    config_class: ClassVar[type[WordConfig]] = CBOWConfig
