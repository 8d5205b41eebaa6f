"""Workers that misbehave while drawing, for `manage.py rqworker --worker-class …`.

A design's text says how: HANG sleeps inside C and blocks all signals, KILL ends the process with SIGKILL, PAUSE waits
for the file that PAUSE_UNTIL names. Each is logged on stderr first.
"""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from designs.drawing import draw
from designs.lifecycle import ClaimedRender
from designs.worker import batch
from designs.worker.rq_worker import RenderWorker


def draw_or_misbehave(work: ClaimedRender, *more: Any) -> draw.DrawnRender:
    """Misbehave as the design's text says, or draw it."""
    text = work.snapshot["design_data"]["text"]
    sys.stderr.write(f"drawing {text}, attempt {work.attempt}\n")
    if text == "HANG" and work.attempt == 1:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # a signal would end the sleep
        ctypes.PyDLL(None).sleep(600)  # PyDLL keeps the interpreter locked
    if text == "KILL":
        os.kill(os.getpid(), signal.SIGKILL)
    while text == "PAUSE" and work.attempt == 1 and not Path(os.environ["PAUSE_UNTIL"]).exists():
        time.sleep(0.01)
    return draw.draw_render(work, *more)


class MisbehavingWorker(RenderWorker):
    """A worker that draws with draw_or_misbehave."""

    def work(self, *args: Any, **kwargs: Any) -> bool:
        vars(batch)["draw_render"] = draw_or_misbehave
        return super().work(*args, **kwargs)
