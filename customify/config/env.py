"""Reads the environment into a typed model, and lists what is wrong with it instead of raising.

Settings have to load in a wrong environment too: the system check that reports the problems needs them. So a variable
that cannot be used keeps its default, and the problem is remembered with a hint that names the fix.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import environ
from annotated_types import Ge, Le
from django.core.exceptions import ImproperlyConfigured
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from customify.config.variable_types import Explanation


class Environment(BaseSettings):
    """Base of a model whose fields are environment variables, spelled exactly as the fields."""

    model_config = SettingsConfigDict(
        case_sensitive=True, frozen=True, hide_input_in_errors=True, str_strip_whitespace=True, validate_default=False
    )


Model = TypeVar("Model", bound=Environment)


@dataclass(frozen=True, slots=True)
class EnvProblem:
    """What is wrong with one variable, and the fix; with a mere warning the process starts all the same."""

    variable: str
    message: str
    hint: str
    is_warning: bool = False


def read_environment(model: type[Model]) -> tuple[Model, list[EnvProblem]]:
    """Return the variables, with defaults in place of unusable values, and every problem with them."""
    try:
        return model(), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    fields = model.model_fields
    problems = [_describe_problem(detail, fields[str(detail["loc"][0])]) for detail in details]
    return model(**{problem.variable: fields[problem.variable].default for problem in problems}), problems


def _describe_problem(detail: ErrorDetails, field: FieldInfo) -> EnvProblem:
    name = str(detail["loc"][0])
    values: dict[str, Any] = {"name": name, "default": field.default, "raw": detail["input"], **detail.get("ctx", {})}
    explanation = Explanation("{raw!r} cannot be used.", "Correct {name}.")
    for part in field.metadata:
        match part:
            case Explanation():
                explanation = part
            case Ge():
                values["minimum"] = part.ge
            case Le():
                values["maximum"] = part.le
    return EnvProblem(name, explanation.message.format(**values), explanation.hint.format(**values))


def find_unknown(model: type[Environment], prefix: str) -> Iterator[EnvProblem]:
    """Yield variables that have our prefix and are no field of the model: they may be misspelt.

    They are warnings, because an earlier version must start with the variables of a later one: for a rollback.
    """
    for name in sorted(os.environ):
        if name.startswith(prefix) and name not in model.model_fields:
            near = get_close_matches(name, model.model_fields, 1)
            hint = f"Did you mean {near[0]}?" if near else "Remove it; .env.example lists the variables there are."
            yield EnvProblem(name, "There is no such variable, so it is ignored.", hint, is_warning=True)


def load_env_file(base: Path) -> None:
    """Add what `.env` (or ENV_FILE; empty for no file) sets to the environment; variables already set keep their value.

    They go into `os.environ`, not into the model alone: boto3 reads variables of its own there, such as AWS_PROFILE.

    Raises ImproperlyConfigured: ENV_FILE names a file that does not exist, or the file cannot be read.
    """
    file = os.environ.get("ENV_FILE", str(base / ".env"))
    if os.environ.get("ENV_FILE") and not Path(file).is_file():
        raise ImproperlyConfigured(f"ENV_FILE names {file}, which is no file. Correct it, or set it empty for none.")
    if file and Path(file).is_file():
        try:
            Path(file).read_text(encoding="utf-8")  # read_env itself skips a file that it cannot read
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            message = f"{file} cannot be read: {reason}. Correct it or its permissions, or set ENV_FILE empty for none."
            raise ImproperlyConfigured(message) from error
        environ.Env.read_env(file)
