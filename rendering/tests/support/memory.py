"""Memory of this process (Linux, proc(5))."""

from pathlib import Path


def read_proc_kilobytes(name: str) -> int:
    """Return a field of /proc/self/status in kB: VmRSS is the memory in use, VmHWM its peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def reset_peak_memory() -> None:
    """Let VmHWM start again at the memory in use."""
    Path("/proc/self/clear_refs").write_text("5")
