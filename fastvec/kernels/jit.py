"""The one decorator that every kernel wears.

Numba keys its disk cache on the file that defines a function. It does not
notice that a callee, a constant or an option in another file has changed, and
its cache files survive ``pip install --upgrade``. Here the key is the content
of this whole folder, so a stale kernel cannot be loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import numba
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    UserProvidedCacheLocator,
    UserWideCacheLocator,
)
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]  # Kernels are generic; docstrings name the type.
Function = TypeVar("Function", bound=Callable[..., Any])

JIT_DISABLED = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]

# `reassoc` lets LLVM vectorise reductions and `contract` lets it use fused
# multiply-add. The others are left out on purpose: `nnan` and `ninf` would
# delete the checks for divergence, and `nsz` joined with `reassoc` may cancel
# (x - y) + y.
FASTMATH = {"contract", "reassoc"}


def _folder_digest() -> bytes:
    """Hash every source file that a kernel can see when it is compiled."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.digest()


_FOLDER_DIGEST = _folder_digest()


class _UserFolder(CompileResultCacheImpl):
    """Keeps compiled code out of site-packages, where pip would leave it behind."""

    _locator_classes = [UserProvidedCacheLocator, UserWideCacheLocator]  # noqa: RUF012


class _KernelCache(FunctionCache):
    """A disk cache that lapses when any file of this folder changes."""

    _impl_class = _UserFolder

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        self._cache_file._source_stamp = _FOLDER_DIGEST

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Fetch a compiled kernel, unless the disk refuses: then it is compiled anew."""
        with suppress(OSError):
            try:
                return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
            except (AttributeError, ImportError):  # Of a version with classes that are gone.
                self.flush()  # type: ignore[no-untyped-call]
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled kernel, unless the disk refuses: then go on without."""
        with suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


def kernel(function: Function) -> Function:
    """Compile ``function`` on its first call, without the GIL, and cache it."""
    compiled: Any = numba.njit(nogil=True, error_model="numpy", fastmath=FASTMATH)(function)
    if JIT_DISABLED:
        return function
    with suppress(RuntimeError):  # Nowhere to write: every process compiles for itself.
        compiled._cache = _KernelCache(function)
    return cast(Function, compiled)


def cache_folder(compiled: Any) -> str | None:
    """Return the folder that keeps a kernel's compiled form, or None if there is none."""
    return getattr(getattr(compiled, "_cache", None), "cache_path", None)


def compiled_before(*kernels: Any) -> bool:
    """Tell whether the disk holds compiled forms of these kernels, so that none must be made."""
    try:
        return JIT_DISABLED or all(
            k.signatures or k._cache._cache_file._load_index() for k in kernels
        )
    except (AttributeError, ImportError, OSError):
        return False
