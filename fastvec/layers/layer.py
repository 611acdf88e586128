"""What all layers have in common: named parameters and gradients, and arrays that are reused."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Layer(Protocol):
    """A layer with trainable numbers.

    Arrays have shape (T, B, width): time steps, sentences of a batch, numbers. A layer
    computes in the type of its parameters. ``forward`` keeps on the layer what
    ``backward`` needs: one forward, then one backward. Whoever loads or trains
    changes the arrays in place.
    """

    @property
    def parameters(self) -> dict[str, NDArray[Any]]:
        """Trainable arrays by name."""
        ...

    @property
    def gradients(self) -> dict[str, NDArray[Any]]:
        """Gradients by the parameters' names; ``backward`` adds to them."""
        ...


def zero_gradients(layer: Layer) -> None:
    """Set all gradients of a layer to zero, before the first ``backward`` of a step."""
    for gradient in layer.gradients.values():
        gradient.fill(0)


def prefixed(layers: Mapping[str, Layer], kind: str) -> dict[str, NDArray[Any]]:
    """Return the ``parameters`` or ``gradients`` of several layers, keyed ``layer/name``."""
    return {
        f"{prefix}/{name}": array
        for prefix, layer in layers.items()
        for name, array in getattr(layer, kind).items()
    }


class Buffers:
    """Arrays that are asked for by name, and reused while they are large enough.

    Parameters
    ----------
    dtype : dtype
        Type of the numbers.
    """

    def __init__(self, dtype: Any) -> None:
        self._dtype = np.dtype(dtype)
        self._flat: dict[str, NDArray[Any]] = {}

    def take(self, name: str, *shape: int) -> NDArray[Any]:
        """Return a contiguous array of this shape, with anything in it."""
        size = prod(shape)
        flat = self._flat.get(name)
        if flat is None or len(flat) < size:
            flat = self._flat[name] = np.empty(size, self._dtype)
        return flat[:size].reshape(shape)

    def zeros(self, name: str, *shape: int) -> NDArray[Any]:
        """Return a contiguous array of zeros of this shape."""
        array = self.take(name, *shape)
        array.fill(0)
        return array
