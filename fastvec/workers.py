"""The only threads: run a function over many jobs, keep their order, pass on errors."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from queue import SimpleQueue
from typing import TypeVar

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


def single_threaded_blas() -> AbstractContextManager[object]:
    """Limit every loaded BLAS to one thread inside a ``with`` block, and restore it after."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1, user_api="blas")
