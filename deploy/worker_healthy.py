"""Health check of a worker's container: is a worker of this host registered, and was it heard of lately?"""

import os
import socket
import sys
from datetime import UTC, datetime, timedelta

from redis import Redis
from rq import Worker

SILENCE = timedelta(minutes=8)  # an idle worker is heard of every 405 s at the latest, a busy one more often


def main() -> int:
    """Return 0 if so."""
    queue = Redis.from_url(os.environ["REDIS_URL"], socket_connect_timeout=2, socket_timeout=2)
    for worker in Worker.all(connection=queue):
        heard = worker.last_heartbeat
        if worker.hostname == socket.gethostname() and heard and datetime.now(UTC) - heard < SILENCE:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
