"""The types of environment variables. Each says what it refuses and how to correct it; the raw value is always text.

Passwords stay out of messages: they go to logs, so the explanation of a URL never repeats it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import environ
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticUseDefault
from pydantic_settings import NoDecode

from designs.broker.redis_url import parse_sentinel_url

MAX_METADATA_NAMES = 3  # each further filter makes lists less predictable
TRUE_WORDS, FALSE_WORDS = {"true", "1", "yes", "on"}, {"false", "0", "no", "off", ""}
DATABASE_SCHEMES = ("sqlite:", "postgres:", "postgresql:")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an unusable value is told: templates over name, raw, default, minimum, maximum and pydantic's context."""

    message: str
    hint: str


def parse_flag(raw: str | bool | None) -> bool | None:
    """Return a boolean; ValueError unless it is a known word. What is no text is a default."""
    if not isinstance(raw, str):
        return raw
    word = raw.strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ValueError(raw)
    return word in TRUE_WORDS


def parse_proxy_trust(raw: str | bool | None) -> bool | tuple[IPv4Network | IPv6Network, ...] | None:
    """Return a boolean, or networks from a comma-separated list of them; ValueError for anything else."""
    if not isinstance(raw, str) or raw.strip().lower() in TRUE_WORDS | FALSE_WORDS:
        return parse_flag(raw)
    return tuple(ip_network(word) for word in split_words(raw) or [])


def use_default_if_empty(raw: Any) -> Any:
    """Return the value, and let the field's default stand for an empty one."""
    if isinstance(raw, str) and not raw.strip():
        raise PydanticUseDefault
    return raw


def parse_number(raw: str | float) -> float:
    """Return a number; ValueError unless it is one. An empty text means the default."""
    return float(use_default_if_empty(raw))


def split_words(raw: str | list[str] | None) -> list[str] | None:
    """Split a comma-separated list; empty entries are dropped. What is no text is a default."""
    return [word.strip() for word in raw.split(",") if word.strip()] if isinstance(raw, str) else raw


def check_metadata_names(names: list[str]) -> list[str]:
    """Return names of metadata; ValueError for too many of them, and for one that no query parameter may have."""
    if len(names) > MAX_METADATA_NAMES or not all(
        re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,49}", name) for name in names
    ):
        raise ValueError(names)
    return list(dict.fromkeys(names))


def parse_path(raw: str | None) -> Path | None:
    """Return an absolute path, None for an empty text."""
    return Path(raw.strip()).absolute() if raw and raw.strip() else None


def to_lower(raw: str) -> str:
    """Return a word in lower case without surrounding spaces."""
    return raw.strip().lower()


def to_upper(raw: str) -> str:
    """Return a word in upper case without surrounding spaces."""
    return raw.strip().upper()


def check_host(host: str) -> str:
    """Return a host name; ValueError for a URL."""
    if "/" in host:
        raise ValueError(host)
    return host


@dataclass(frozen=True, slots=True)
class UrlCheck:
    """Accepts a URL with one of `schemes`, a host (a path for unix sockets) and a valid port, if it has one."""

    schemes: tuple[str, ...]

    def __call__(self, raw: str) -> str:
        """Return the URL; ValueError unless it is usable."""
        parts = urlsplit(raw)  # ValueError for an unclosed bracket, and at `port` for one that is no number
        is_usable = parts.scheme in self.schemes and bool(parts.path if parts.scheme == "unix" else parts.hostname)
        if not is_usable or parts.port == 0:
            raise ValueError
        return raw


def check_redis_url(raw: str) -> str:
    """Return a URL of one server or of Sentinels; ValueError for another."""
    return raw if parse_sentinel_url(raw) else UrlCheck(("redis", "rediss", "unix"))(raw)


def parse_database_url(raw: str) -> dict[str, Any]:
    """Return Django's settings of a database; ValueError unless it is a URL of SQLite or PostgreSQL."""
    if not raw.startswith(DATABASE_SCHEMES):
        raise ValueError(f"The URL must begin with one of {', '.join(DATABASE_SCHEMES)}.")
    try:
        database = dict(environ.Env.db_url_config(raw))
    except ValueError as error:
        raise ValueError(f"It is not a usable URL: {error}.") from None
    if not database["NAME"]:
        raise ValueError("The URL names no database.")
    return database


def check_database_url(raw: str) -> str:
    """Return a URL that `parse_database_url` understands; ValueError for another."""
    parse_database_url(raw)
    return raw


_EMPTY_IS_DEFAULT = BeforeValidator(use_default_if_empty)
_FLAG = Explanation("{raw!r} is neither true nor false.", "Set {name}=true or {name}=false.")
_RANGE = "number from {minimum:.15g} to {maximum:.15g}"
_DATABASE_HINT = "Set {name}=postgres://USER:PASSWORD@HOST:5432/NAME, or sqlite:///FILE to try things out."
_CHOICE = Explanation("{raw!r} is not one of {expected}.", "Set {name}={default}, or another of these.")
_URL_HINT = "Set {name} to a URL such as {default}."

Flag = Annotated[bool, BeforeValidator(parse_flag), _FLAG]
ProxyTrust = Annotated[
    bool | tuple[IPv4Network | IPv6Network, ...],
    NoDecode,
    BeforeValidator(parse_proxy_trust),
    Explanation(
        "{raw!r} is neither true nor false nor a list of networks.",
        "Set {name} to the networks of your proxies, such as 10.0.0.0/8,127.0.0.1; or to true or false.",
    ),
]
OptionalFlag = Annotated[bool | None, BeforeValidator(parse_flag), _FLAG]
# Both need a field with `ge` and `le`.
Number = Annotated[
    float,
    BeforeValidator(parse_number),
    Explanation(f"{{raw!r}} is not a {_RANGE}.", f"Set {{name}} to a {_RANGE}; {{default:g}} is the default."),
]
Whole = Annotated[
    int,
    BeforeValidator(parse_number),  # before pydantic's own, which does not take 1e6
    Explanation(
        f"{{raw!r}} is not a whole {_RANGE}.", f"Set {{name}} to a whole {_RANGE}; {{default}} is the default."
    ),
]
TextOrDefault = Annotated[str, _EMPTY_IS_DEFAULT]
OptionalWords = Annotated[list[str] | None, NoDecode, BeforeValidator(split_words)]
MetadataNames = Annotated[
    list[str],
    AfterValidator(check_metadata_names),
    NoDecode,
    BeforeValidator(split_words),
    Explanation(
        "{raw!r} is not a list of up to three names of letters, digits, _ and -.",
        "Set {name} to names of your metadata, such as cart,shopper.",
    ),
]
Hosts = Annotated[
    list[Annotated[str, AfterValidator(check_host)]],
    NoDecode,
    BeforeValidator(split_words),
    _EMPTY_IS_DEFAULT,  # the last of these runs first
    Explanation("{raw!r} is not a host name.", "Set {name} to names alone, such as shop.example.com."),
]
# Whether the file exists is checked where it is read.
OptionalPath = Annotated[Path | None, BeforeValidator(parse_path)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(to_upper), _CHOICE]
WatermarkPlace = Annotated[Literal["corner", "tiled"], BeforeValidator(to_lower), _CHOICE]
SiteUrl = Annotated[
    str,
    AfterValidator(UrlCheck(("http", "https"))),
    _EMPTY_IS_DEFAULT,
    Explanation("It is not a usable URL with http or https.", _URL_HINT),
]
RedisUrl = Annotated[
    str,
    AfterValidator(check_redis_url),
    _EMPTY_IS_DEFAULT,
    Explanation(
        "It is not a usable URL with redis or rediss or unix, or redis+sentinel with a master's name.", _URL_HINT
    ),
]
DatabaseUrl = Annotated[
    str,
    AfterValidator(check_database_url),
    _EMPTY_IS_DEFAULT,
    Explanation("{error}", _DATABASE_HINT),
]
