"""HTTP requests without a library that adds headers of its own."""

from http.client import HTTPConnection
from urllib.parse import urlsplit


def http_get(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """GET a URL with these headers and no others; return status, headers and body."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()
