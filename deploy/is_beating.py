"""Health check of a worker's or reconciler's container: succeeds while its heartbeat is not overdue.

The process writes into HEARTBEAT_FILE until when (Unix time, s) it will have written again, so this needs neither Redis
nor the database, nor any of the service's packages.
"""

import os
import sys
import time
from pathlib import Path


def main() -> int:
    """Return the exit status: 0 if the process is alive, else 1 with the reason on standard error."""
    file = Path(os.environ["HEARTBEAT_FILE"])
    try:
        overdue = time.time() - float(file.read_text())
    except (OSError, ValueError) as error:
        print(f"There is no heartbeat in {file}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    if overdue > 0:
        print(f"The heartbeat is {overdue:.0f} s overdue.", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
