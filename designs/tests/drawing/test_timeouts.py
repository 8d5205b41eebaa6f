"""Limits on one render: a soft one raises an exception, a hard one ends the process."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from designs.drawing.timeouts import TooSlowError, soft_limit


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    handler = signal.getsignal(signal.SIGALRM)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)


def test_drawing_too_long_is_interrupted() -> None:
    with pytest.raises(TooSlowError, match=r"0\.05 s"), soft_limit(0.05):
        time.sleep(30)


def test_the_jobs_own_timer_and_handler_are_restored() -> None:
    def jobs_handler(*args: object) -> None: ...

    signal.signal(signal.SIGALRM, jobs_handler)
    signal.setitimer(signal.ITIMER_REAL, 100)
    with soft_limit(50):
        time.sleep(0.02)
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    assert signal.getsignal(signal.SIGALRM) is jobs_handler
    assert 90 < left < 100 - 0.02


def test_timer_and_handler_are_restored_after_an_interruption() -> None:
    signal.setitimer(signal.ITIMER_REAL, 100)
    handler = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TooSlowError), soft_limit(0.02):
        time.sleep(30)
    assert 90 < signal.getitimer(signal.ITIMER_REAL)[0] < 100
    assert signal.getsignal(signal.SIGALRM) is handler


def test_a_timer_that_expired_inside_the_limit_fires_at_once() -> None:
    rang: list[int] = []
    signal.signal(signal.SIGALRM, lambda *heard: rang.append(heard[0]))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    with soft_limit(50):
        time.sleep(0.03)
    deadline = time.monotonic() + 10
    while not rang and time.monotonic() < deadline:
        time.sleep(0.001)
    assert rang == [signal.SIGALRM]


def test_no_timer_is_left_where_there_was_none() -> None:
    with soft_limit(50):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


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
