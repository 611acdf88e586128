"""The generated demonstration corpus: sentences from a grammar with known truth."""

from fastvec.datasets.entities import ToyEntities, toy_entities
from fastvec.datasets.world import ToyTruth, toy_truth, toy_world
from fastvec.datasets.writing import write_corpus

__all__ = ["ToyEntities", "ToyTruth", "toy_entities", "toy_truth", "toy_world", "write_corpus"]
