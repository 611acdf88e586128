"""The only threads: order, errors, early stops."""

from __future__ import annotations

import gc
import signal
import threading
import time
from contextlib import closing
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastvec.errors import ParameterError
from fastvec.workers import (
    Team,
    ordered_map,
    resolve_threads,
    single_threaded_blas,
    usable_cores,
)

EARLIER = set()  # Threads of other modules' models, which live as long as these.


@pytest.fixture(scope="module", autouse=True)
def _earlier():
    EARLIER.update(threading.enumerate())


def our_threads():
    return [t for t in threading.enumerate() if t.name.startswith("fastvec") and t not in EARLIER]


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 5))
@settings(deadline=None, max_examples=30)
def test_results_come_in_the_order_of_jobs(naps, threads):
    def work(job, _):
        number, nap = job
        time.sleep(nap / 3000)
        return number

    results = list(ordered_map(work, list(enumerate(naps)), list(range(threads))))
    assert results == list(range(len(naps)))
    assert our_threads() == []


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_no_state_is_used_twice_at_a_time(threads):
    locks = [threading.Lock() for _ in range(threads)]

    def work(job, lock):
        assert lock.acquire(blocking=False)
        time.sleep(0.001)
        lock.release()
        return job

    assert list(ordered_map(work, range(40), locks)) == list(range(40))


def test_single_state_works_in_the_calling_thread():
    threads = list(ordered_map(lambda *_: threading.current_thread(), range(3), [None]))
    assert set(threads) == {threading.current_thread()}


def test_two_states_work_at_the_same_time():
    barrier = threading.Barrier(2, timeout=20)
    assert len(list(ordered_map(lambda *_: barrier.wait(), range(2), [1, 2]))) == 2


@pytest.mark.parametrize("threads", [1, 3])
def test_error_of_a_job_reaches_the_caller_after_the_results_before_it(threads):
    def work(job, _):
        if job == 5:
            raise ValueError("job five")
        return job

    seen = []
    with pytest.raises(ValueError, match="job five"):
        seen.extend(ordered_map(work, range(100), list(range(threads))))
    jobs = ordered_map(work, range(100), list(range(threads)))
    assert [next(jobs) for _ in range(5)] == [0, 1, 2, 3, 4]
    jobs.close()
    assert our_threads() == []


@pytest.mark.parametrize("threads", [1, 3])
def test_error_of_the_job_source_reaches_the_caller(threads):
    def jobs():
        yield 1
        raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        list(ordered_map(lambda job, _: job, jobs(), list(range(threads))))
    assert our_threads() == []


@pytest.mark.parametrize("threads", [1, 2])
def test_endless_jobs_are_taken_only_a_little_ahead(threads):
    taken = []

    def jobs():
        for number in count():
            taken.append(number)
            yield number

    with closing(ordered_map(lambda job, _: job, jobs(), list(range(threads)))) as results:
        assert [next(results) for _ in range(3)] == [0, 1, 2]
    assert len(taken) <= 3 + 3 * threads + 1
    assert our_threads() == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_loop_that_stops_finishes_jobs_under_way_and_drops_the_others(error):
    started, finished = [], []

    def work(job, _):
        started.append(job)
        if job > 0:
            time.sleep(0.5)  # Both threads are at work when the first result comes.
        finished.append(job)

    def stop_at_the_first():
        with closing(ordered_map(work, range(1000), [1, 2])) as results:
            for _ in results:
                raise error

    with pytest.raises(error) as caught:
        stop_at_the_first()
    assert caught.tb
    assert our_threads() == []
    assert sorted(started) == sorted(finished) == [0, 1, 2][: len(started)]


@pytest.fixture
def team():
    """Make teams; their threads end with them."""
    yield lambda threads: Team(list(range(threads)))
    deadline = time.monotonic() + 20
    while our_threads() and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.01)
    assert our_threads() == []


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_team_works_on_all_states_at_once(team, threads):
    barrier, states = threading.Barrier(threads, timeout=20), []

    def work(state):
        barrier.wait()
        states.append((state, threading.current_thread()))

    ours = team(threads)
    assert len(ours) == threads
    for _ in range(3):
        ours.each(work)
    assert sorted(state for state, _ in states) == sorted([*range(threads)] * 3)
    assert (0, threading.current_thread()) in states
    assert len({thread for _, thread in states}) == threads  # They stay.


def test_threads_of_a_team_start_when_they_are_needed(team):
    ours = team(3)
    assert our_threads() == []
    ours.each(lambda state: time.sleep(0.02))
    assert 1 <= len(our_threads()) <= 2


def test_a_team_of_one_works_in_the_calling_thread(team):
    ours, threads = team(1), []
    ours.each(lambda state: threads.append(threading.current_thread()))
    assert threads == [threading.current_thread()]
    assert our_threads() == []


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_error_of_any_thread_of_a_team_reaches_the_caller_after_all_are_done(team, failing):
    ours, done = team(3), []

    def work(state):
        if state == failing:
            raise ValueError(f"state {state}")
        time.sleep(0.05)
        done.append(state)

    with pytest.raises(ValueError, match=f"state {failing}"):
        ours.each(work)
    assert sorted(done) == sorted({0, 1, 2} - {failing})
    ours.each(done.append)  # It goes on.
    assert len(done) == 5


def test_ctrl_c_at_work_waits_for_the_other_threads_of_a_team(team):
    ours, started, done = team(2), threading.Event(), []

    def work(state):
        if state == 0:
            started.wait(20)
            raise KeyboardInterrupt
        started.set()
        time.sleep(0.1)
        done.append(state)

    with pytest.raises(KeyboardInterrupt):
        ours.each(work)
    assert done == [1]


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals for threads here")
def test_ctrl_c_while_the_caller_waits_goes_on_to_wait(team):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # Ignored in background jobs.
    ours, done = team(2), []

    def work(state):
        if state == 1:
            time.sleep(0.1)  # The caller has done its part.
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            time.sleep(0.1)
            done.append(state)

    with pytest.raises(KeyboardInterrupt):
        ours.each(work)
    assert done == [1]


def test_threads_default_to_usable_cores():
    assert resolve_threads(None) == usable_cores() >= 1
    assert resolve_threads(3) == 3


@pytest.mark.parametrize("threads", [0, -1, 1025])
def test_impossible_threads_are_refused(threads):
    with pytest.raises(ParameterError, match=f"threads must be between 1 and 1024, .* {threads}"):
        resolve_threads(threads)


def blas_threads():
    from threadpoolctl import threadpool_info

    return {lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"}


@pytest.fixture
def unlimited():
    """Give the threads of BLAS, which must come back."""
    import numpy as np

    np.ones((2, 2)) @ np.ones((2, 2))
    threads = blas_threads()
    if threads <= {1}:
        pytest.skip("BLAS has one thread here")
    return threads


def test_blas_is_limited_inside_and_restored_after(unlimited):
    with single_threaded_blas():
        with single_threaded_blas():
            assert blas_threads() == {1}
        assert blas_threads() == {1}
    assert blas_threads() == unlimited
    assert our_threads() == []


@pytest.mark.parametrize("first", [0, 1])
def test_blas_is_restored_when_the_last_of_many_threads_leaves(unlimited, first):
    both_inside = threading.Barrier(3, timeout=20)
    leave = [threading.Event(), threading.Event()]

    def enter_and_leave(number):
        with single_threaded_blas():
            both_inside.wait()
            leave[number].wait(20)

    threads = [threading.Thread(target=enter_and_leave, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    both_inside.wait()
    for number, expected in ((first, {1}), (1 - first, unlimited)):
        leave[number].set()
        threads[number].join()
        assert blas_threads() == expected


def test_blas_is_restored_after_an_error(unlimited):
    with pytest.raises(ValueError, match="inside"), single_threaded_blas():
        raise ValueError("inside")
    assert blas_threads() == unlimited
