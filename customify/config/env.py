"""Reads the environment once, refuses nonsense, and remembers every problem so that a system check can name it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off", ""}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one variable, and the mend."""

    variable: str
    message: str
    hint: str


@dataclass(slots=True)
class Reader:
    """Typed reading of variables; a bad value is recorded under its name and the default stands in for it.

    Nothing is raised here: settings must load for the system check that stops the start-up to run at all.
    """

    problems: list[Problem] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    env: environ.Env = field(default_factory=environ.Env)

    def refuse(self, variable: str, message: str, hint: str) -> None:
        """Record a problem with `variable`."""
        self.problems.append(Problem(variable, message, hint))

    def text(self, name: str, default: str = "") -> str:
        """Return the variable without surrounding spaces."""
        self.asked.add(name)
        return os.environ.get(name, default).strip()

    def file(self, name: str) -> Path | None:
        """Return a file's absolute path, None where none is named; whether it is there is not asked."""
        return Path(self.text(name)).absolute() if self.text(name) else None

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean; anything but a known word is refused."""
        raw = os.environ.get(name)
        if raw is None:
            return default
        if raw.strip().lower() in TRUE:
            return True
        if raw.strip().lower() not in FALSE:
            self.refuse(name, f"{raw!r} is neither true nor false.", f"Set {name}=true or {name}=false.")
            return default
        return False

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """Return a number within `least` and `most`."""
        raw = self.text(name)
        if not raw:
            return default
        try:
            value = float(raw)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            hint = f"Set {name} to a number from {least:g} to {most:g}; {default:g} is the default."
            self.refuse(name, f"{raw!r} is not a number from {least:g} to {most:g}.", hint)
            return default
        return value

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number within `least` and `most`."""
        value = self.number(name, default, least=least, most=most)
        if value != int(value):
            self.refuse(name, f"{value:g} is not a whole number.", f"Set {name} to a whole number, such as {default}.")
            return default
        return int(value)

    def words(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """Return a comma-separated list, empty entries dropped."""
        return [word.strip() for word in self.text(name, ",".join(default)).split(",") if word.strip()]

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """Return one of `allowed`, in whichever case it was written."""
        value = self.text(name, default).upper()
        if value in allowed:
            return value
        self.refuse(name, f"{value!r} is none of {', '.join(allowed)}.", f"Set {name}={default}, or another of these.")
        return default

    def hosts(self, name: str, default: tuple[str, ...]) -> list[str]:
        """Return host names; empty means the default, and an address is no host name."""
        hosts = self.words(name) or list(default)
        for host in hosts:
            if "/" in host:
                self.refuse(name, f"{host!r} is no host name.", f"Set {name} to names alone, such as shop.example.com.")
        return hosts

    def refuse_unknown(self, prefix: str) -> None:
        """Refuse variables with our prefix that nothing has asked for: a misspelt one must not be lost in silence."""
        for name in sorted(os.environ):
            if name.startswith(prefix) and name not in self.asked:
                near = get_close_matches(name, self.asked, 1)
                hint = f"Did you mean {near[0]}?" if near else "Remove it; .env.example lists the variables there are."
                self.refuse(name, "There is no such variable.", hint)

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings for a database URL; only SQLite and PostgreSQL are served."""
        schemes = ("sqlite:", "postgres:", "postgresql:")
        hint = f"Set {name}=postgres://USER:PASSWORD@HOST:5432/NAME, or sqlite:///FILE to try things out."
        raw = self.text(name) or default
        if not raw.startswith(schemes):
            self.refuse(name, f"The URL must begin with one of {', '.join(schemes)}", hint)
            raw = default
        try:
            found = dict(self.env.db_url_config(raw))
        except ValueError as error:
            self.refuse(name, f"It is no usable URL: {error}.", hint)
            return dict(self.env.db_url_config(default))
        if not found["NAME"]:
            self.refuse(name, "The URL names no database.", hint)
        return found

    def address(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """Return a URL with one of `schemes`, a host (a path for unix sockets), and a port that is one if any."""
        raw = self.text(name) or default
        try:
            parts = urlsplit(raw)
            usable = parts.scheme in schemes and bool(parts.path if parts.scheme == "unix" else parts.hostname)
            usable = usable and (parts.port is None or parts.port > 0)
        except ValueError:  # of a port that is none, or a bracket left open
            usable = False
        if usable:
            return raw
        # The value stays out of the message: it may hold a password, and messages go to logs.
        hint = f"Set {name} to a URL such as {default}."
        self.refuse(name, f"It is no usable URL with {' or '.join(schemes)}.", hint)
        return default


def load_env_file(base: Path) -> None:
    """Read `.env` (or ENV_FILE; empty for none); what the environment already says stands."""
    file = os.environ.get("ENV_FILE", str(base / ".env"))
    if os.environ.get("ENV_FILE") and not Path(file).is_file():
        raise ImproperlyConfigured(f"ENV_FILE names {file}, which is no file. Correct it, or set it empty for none.")
    if file and Path(file).is_file():
        environ.Env.read_env(file)
