"""Limits on one render: a soft one raises an exception, a hard one ends the process."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from designs.drawing.timeouts import TooSlowError, soft_limit, time_limit_check


@pytest.fixture(autouse=True)
def timer() -> Iterator[None]:
    handler = signal.getsignal(signal.SIGPROF)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, handler)


def compute_until(ends: Callable[[], bool]) -> None:
    while not ends():
        sum(range(1000))


def test_drawing_too_long_is_interrupted() -> None:
    with pytest.raises(TooSlowError, match=r"0\.05 s"), soft_limit(0.05):
        compute_until(lambda: False)


def test_waiting_is_not_drawing() -> None:
    with soft_limit(0.05):
        time.sleep(0.2)


def test_the_work_of_other_threads_is_not_drawing() -> None:
    begun = time.process_time()
    with soft_limit(0.05), ThreadPoolExecutor() as pool:
        pool.submit(compute_until, lambda: time.process_time() - begun > 0.3).result()


def test_a_limit_checked_between_layers_counts_this_thread_alone() -> None:
    check = time_limit_check(0.05)
    time.sleep(0.1)
    check()
    begun = time.thread_time()
    compute_until(lambda: time.thread_time() - begun > 0.06)
    with pytest.raises(TooSlowError):
        check()


def test_the_jobs_own_alarm_is_left_alone() -> None:
    handler = signal.getsignal(signal.SIGALRM)
    signal.setitimer(signal.ITIMER_REAL, 100)
    with soft_limit(50):
        assert signal.getsignal(signal.SIGALRM) is handler
        left, _ = signal.getitimer(signal.ITIMER_REAL)
    signal.setitimer(signal.ITIMER_REAL, 0)
    assert 90 < left < 100


@pytest.mark.parametrize("seconds", [0.02, 50])
def test_no_timer_and_no_handler_are_left(seconds: float) -> None:
    handler = signal.getsignal(signal.SIGPROF)
    with suppress(TooSlowError), soft_limit(seconds):
        begun = time.thread_time()
        compute_until(lambda: time.thread_time() - begun > 0.1)
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    assert signal.getsignal(signal.SIGPROF) is handler


# The second sleep holds the interpreter: no Python signal handler can run in it.
HANGS = {
    "with_signals_blocked": "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()); time.sleep(60)",
    "inside_c_holding_the_interpreter": "ctypes.PyDLL(None).sleep(60)",
}


@pytest.mark.parametrize("hang", HANGS.values(), ids=HANGS)
def test_the_hard_limit_ends_a_process_that_hangs(hang: str) -> None:
    imports = "import ctypes, signal, time\nfrom designs.drawing.timeouts import hard_limit"
    code = f"{imports}\nwith hard_limit(0.2):\n    {hang}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "Timeout" in done.stderr


def test_the_hard_limit_spares_a_process_that_ends_in_time() -> None:
    within = "with hard_limit(0.3): pass"
    code = f"import time\nfrom designs.drawing.timeouts import hard_limit\n{within}\ntime.sleep(0.5)\nprint('alive')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n")
