"""Everything compiled: loops over arrays and numbers, nothing else.

A kernel changes the arrays that it is given and returns numbers. It knows no
file, no setting by name and no error. It may see nothing outside this folder,
because the content of this folder is the key of its compiled form on disk.
"""

import platform

from fastvec.errors import ResourceError

try:
    import numba  # noqa: F401
except ImportError as error:
    missing = isinstance(error, ModuleNotFoundError)
    raise ResourceError(
        f"Numba {'is missing' if missing else f'cannot be loaded ({error})'}, and training needs "
        "it; reading and querying vectors do not. It supports Python 3.10 to 3.14, and this is "
        f"{platform.python_version()}: pip install numba"
    ) from error
