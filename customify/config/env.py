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

TRUE_WORDS, FALSE_WORDS = {"true", "1", "yes", "on"}, {"false", "0", "no", "off", ""}


@dataclass(frozen=True, slots=True)
class EnvProblem:
    """What is wrong with one variable, and the mend."""

    variable: str
    message: str
    hint: str


@dataclass(slots=True)
class EnvReader:
    """Typed reading of variables; a bad value is recorded under its name and the default stands in for it.

    Nothing is raised here: settings must load for the system check that stops the start-up to run at all.
    """

    problems: list[EnvProblem] = field(default_factory=list)
    names_read: set[str] = field(default_factory=set)
    env: environ.Env = field(default_factory=environ.Env)

    def add_problem(self, variable: str, message: str, hint: str) -> None:
        """Record a problem with `variable`."""
        self.problems.append(EnvProblem(variable, message, hint))

    def read_text(self, name: str, default: str = "") -> str:
        """Return the variable without surrounding spaces."""
        self.names_read.add(name)
        return os.environ.get(name, default).strip()

    def read_path(self, name: str) -> Path | None:
        """Return a file's absolute path, None where none is named; whether it is there is not asked."""
        return Path(self.read_text(name)).absolute() if self.read_text(name) else None

    def read_flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean; anything but a known word is refused."""
        raw = os.environ.get(name)
        if raw is None:
            return default
        if raw.strip().lower() in TRUE_WORDS:
            return True
        if raw.strip().lower() not in FALSE_WORDS:
            self.add_problem(name, f"{raw!r} is neither true nor false.", f"Set {name}=true or {name}=false.")
            return default
        return False

    def read_number(self, name: str, default: float, *, minimum: float, maximum: float) -> float:
        """Return a number within `least` and `most`."""
        raw = self.read_text(name)
        if not raw:
            return default
        try:
            value = float(raw)
        except ValueError:
            value = float("nan")
        if not minimum <= value <= maximum:
            hint = f"Set {name} to a number from {minimum:g} to {maximum:g}; {default:g} is the default."
            self.add_problem(name, f"{raw!r} is not a number from {minimum:g} to {maximum:g}.", hint)
            return default
        return value

    def read_integer(self, name: str, default: int, *, minimum: int, maximum: int) -> int:
        """Return a whole number within `least` and `most`."""
        value = self.read_number(name, default, minimum=minimum, maximum=maximum)
        if value != int(value):
            self.add_problem(
                name, f"{value:g} is not a whole number.", f"Set {name} to a whole number, such as {default}."
            )
            return default
        return int(value)

    def read_list(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """Return a comma-separated list, empty entries dropped."""
        return [word.strip() for word in self.read_text(name, ",".join(default)).split(",") if word.strip()]

    def read_choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """Return one of `allowed`, in whichever case it was written."""
        value = self.read_text(name, default).upper()
        if value in allowed:
            return value
        self.add_problem(
            name, f"{value!r} is none of {', '.join(allowed)}.", f"Set {name}={default}, or another of these."
        )
        return default

    def read_hosts(self, name: str, default: tuple[str, ...]) -> list[str]:
        """Return host names; empty means the default, and an address is no host name."""
        hosts = self.read_list(name) or list(default)
        for host in hosts:
            if "/" in host:
                self.add_problem(
                    name, f"{host!r} is no host name.", f"Set {name} to names alone, such as shop.example.com."
                )
        return hosts

    def report_unknown(self, prefix: str) -> None:
        """Refuse variables with our prefix that nothing has asked for: a misspelt one must not be lost in silence."""
        for name in sorted(os.environ):
            if name.startswith(prefix) and name not in self.names_read:
                near = get_close_matches(name, self.names_read, 1)
                hint = f"Did you mean {near[0]}?" if near else "Remove it; .env.example lists the variables there are."
                self.add_problem(name, "There is no such variable.", hint)

    def read_database(self, name: str, default: str) -> dict[str, Any]:
        """Return Django's settings for a database URL; only SQLite and PostgreSQL are served."""
        schemes = ("sqlite:", "postgres:", "postgresql:")
        hint = f"Set {name}=postgres://USER:PASSWORD@HOST:5432/NAME, or sqlite:///FILE to try things out."
        raw = self.read_text(name) or default
        if not raw.startswith(schemes):
            self.add_problem(name, f"The URL must begin with one of {', '.join(schemes)}", hint)
            raw = default
        try:
            found = dict(self.env.db_url_config(raw))
        except ValueError as error:
            self.add_problem(name, f"It is no usable URL: {error}.", hint)
            return dict(self.env.db_url_config(default))
        if not found["NAME"]:
            self.add_problem(name, "The URL names no database.", hint)
        return found

    def read_url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """Return a URL with one of `schemes`, a host (a path for unix sockets), and a port that is one if any."""
        raw = self.read_text(name) or default
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
        self.add_problem(name, f"It is no usable URL with {' or '.join(schemes)}.", hint)
        return default


def load_env_file(base: Path) -> None:
    """Read `.env` (or ENV_FILE; empty for none); what the environment already says stands."""
    file = os.environ.get("ENV_FILE", str(base / ".env"))
    if os.environ.get("ENV_FILE") and not Path(file).is_file():
        raise ImproperlyConfigured(f"ENV_FILE names {file}, which is no file. Correct it, or set it empty for none.")
    if file and Path(file).is_file():
        environ.Env.read_env(file)
