"""The origin of the page that sent a request, from headers that a page cannot set itself.

Browsers send `Origin` with every request to another origin that has an `Authorization` header, and with every POST,
PATCH and DELETE. A request of a browser without it is a GET from a page of the very origin that it asks. Behind a
proxy this service may not know that origin: then `Referer` tells it (Fetch, section 5.4: a page can set it to
addresses of its own origin alone, or leave it out), or else `Host`, which the proxy must pass on. `X-Forwarded-Host` is
not read: many proxies pass on what the page has sent.
"""

from __future__ import annotations

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from designs.api.origins import origin_of_url

SHOWN_LENGTH = 100  # characters of a header in a message


def find_page_origins(request: HttpRequest) -> set[str]:
    """Return the origins that the page may have; more than one where the scheme that the browser used is unknown."""
    if "Origin" in request.headers:
        return {request.headers["Origin"]}
    site = request.headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin"}:
        return set()
    found = {origin_of_url(request.headers.get("Referer", ""))}
    if site is not None:
        found |= {origin_of_url(f"{scheme}://{_get_host(request)}") for scheme in _possible_schemes(request)}
    return found - {""}


def describe_origin(request: HttpRequest) -> str:
    """Return, for a message, what a request says about its page."""
    if "Origin" in request.headers:
        return f"the request comes from {_shorten(request.headers['Origin'])}"
    if found := sorted(find_page_origins(request)):
        source = "Referer" if "Referer" in request.headers else "Host, which a proxy must pass on"
        return f"the request comes from {_shorten(' or '.join(found))} (by its {source})"
    return (
        "the request does not say from which page it comes (no Origin, no Referer; Sec-Fetch-Site is "
        f"{_shorten(request.headers.get('Sec-Fetch-Site', 'missing'))}); programs send the header Origin"
    )


def _possible_schemes(request: HttpRequest) -> set[str]:
    """Return the scheme that came, and https: browsers send Sec-Fetch-Site to https, and to this machine, alone.

    A proxy that ends TLS need not have said so.
    """
    return {str(request.scheme), "https"}


def _get_host(request: HttpRequest) -> str:
    try:
        return request.get_host()
    except DisallowedHost:
        return ""


def _shorten(text: str) -> str:
    return "".join(character for character in text[:SHOWN_LENGTH] if character.isprintable())
