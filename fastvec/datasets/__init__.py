"""The generated demonstration corpus: sentences from a grammar with known truth."""

from fastvec.datasets.world import ToyTruth, toy_truth, toy_world
from fastvec.datasets.writing import write_corpus

__all__ = ["ToyTruth", "toy_truth", "toy_world", "write_corpus"]
