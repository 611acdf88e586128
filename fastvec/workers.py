"""The only threads: run a function over many jobs, keep their order, pass on errors."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from queue import SimpleQueue
from threading import Lock
from typing import Generic, TypeVar

from fastvec.errors import ParameterError

Job = TypeVar("Job")
State = TypeVar("State")
Result = TypeVar("Result")

LOOK_AHEAD = 3  # Jobs waiting for each thread, so that none idles while results are taken.


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def resolve_threads(threads: int | None) -> int:
    """Return ``threads``, or all usable cores for None.

    Raises
    ------
    ParameterError
        If ``threads`` is below 1 or above 1,024.
    """
    if threads is None:
        return usable_cores()
    if not 1 <= threads <= 1024:
        raise ParameterError(f"threads must be between 1 and 1024, but is {threads}")
    return threads


def ordered_map(
    work: Callable[[Job, State], Result], jobs: Iterable[Job], states: list[State]
) -> Generator[Result, None, None]:
    """Yield ``work(job, state)`` for each job in order, with one thread a state.

    No two calls use the same state at the same time. With a single state all
    runs in the calling thread. When it is closed, or a job fails or Ctrl-C comes,
    the jobs under way are finished and the others dropped. A caller whose loop
    can raise closes it (``contextlib.closing``), or threads may work on unseen.
    """
    if len(states) == 1:
        yield from (work(job, states[0]) for job in jobs)
        return
    free: SimpleQueue[State] = SimpleQueue()
    for state in states:
        free.put(state)

    def run(job: Job) -> Result:
        state = free.get()
        try:
            return work(job, state)
        finally:
            free.put(state)

    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(len(states), thread_name_prefix="fastvec") as pool:
        try:
            for job in jobs:
                waiting.append(pool.submit(run, job))
                if len(waiting) > LOOK_AHEAD * len(states):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


class Team(Generic[State]):
    """Threads that stay, for work that comes in many short parts.

    They start when they are first needed and end with the team.

    Parameters
    ----------
    states : list
        One for each thread; the calling thread is one of them.
    """

    def __init__(self, states: list[State]) -> None:
        self._states = states
        self._pool: ThreadPoolExecutor | None = None

    def __len__(self) -> int:
        return len(self._states)

    def each(self, work: Callable[[State], object]) -> None:
        """Run ``work(state)`` for every state at once; return when all are done."""
        if self._pool is None and len(self) > 1:
            self._pool = ThreadPoolExecutor(len(self) - 1, thread_name_prefix="fastvec")
        others = [self._pool.submit(work, s) for s in self._states[1:]] if self._pool else []
        try:
            work(self._states[0])
        finally:
            _finish(others)
        for future in others:
            future.result()


def _finish(futures: list[Future[object]]) -> None:
    """Wait until all are done; Ctrl-C is raised after that."""
    try:
        wait(futures)
    except KeyboardInterrupt:
        wait(futures)
        raise


class _BlasLimit:
    """Holds every loaded BLAS to one thread while anybody is inside.

    threadpoolctl ignores whoever restores what another living thread has limited,
    and whoever enters first need not leave last: so a thread of its own does both.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                from threadpoolctl import threadpool_limits

                self._keeper = ThreadPoolExecutor(1, thread_name_prefix="fastvec-blas")
                limit = self._keeper.submit(threadpool_limits, limits=1, user_api="blas")
                self._limits = limit.result()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._keeper.submit(self._limits.restore_original_limits).result()
                self._keeper.shutdown()


_BLAS_LIMIT = _BlasLimit()  # The limit is the process's, and so is the count.


def single_threaded_blas() -> AbstractContextManager[None]:
    """Limit every loaded BLAS to one thread inside a ``with`` block, and restore it after.

    Any number of threads may be inside at once: the first sets the limits, and the
    last restores them. To enter costs a millisecond outside of another such block,
    and next to nothing inside.
    """
    return _BLAS_LIMIT
