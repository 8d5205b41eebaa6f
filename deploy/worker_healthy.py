"""Health check of a worker container: succeeds if a worker of this host has sent a heartbeat recently."""

import os
import socket
import sys
from datetime import UTC, datetime, timedelta

from redis import Redis
from rq import Worker

MAX_SILENCE = timedelta(minutes=8)  # an idle worker sends a heartbeat every 405 s, a busy one more often


def main() -> int:
    """Return the exit status: 0 if a worker is alive, else 1."""
    redis = Redis.from_url(os.environ["REDIS_URL"], socket_connect_timeout=2, socket_timeout=2)
    for worker in Worker.all(connection=redis):
        heartbeat = worker.last_heartbeat
        if worker.hostname == socket.gethostname() and heartbeat and datetime.now(UTC) - heartbeat < MAX_SILENCE:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
