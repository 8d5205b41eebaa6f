"""HTTP requests without a library that adds headers of its own."""

from http.client import HTTPConnection
from urllib.parse import urlsplit


def http_get(address: str) -> tuple[int, dict[str, str], bytes]:
    """GET a URL without credentials; return status, headers and body."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()
