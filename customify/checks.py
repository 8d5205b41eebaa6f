"""System checks: a wrong environment stops the start-up, naming the variable and the mend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from designs.frozen import wanted_outputs
from rendering.engine.values import FontError
from rendering.standins import is_colored


@register()
def the_environment_is_usable(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report every variable that could not be used, one error each (customify.E001)."""
    return [
        Error(f"{problem.variable}: {problem.message}", hint=problem.hint, id="customify.E001")
        for problem in settings.ENVIRONMENT_PROBLEMS
    ]


@register()
def the_wanted_outputs_are_usable(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report an entry of RENDER_OUTPUTS that no file could be drawn for (customify.E002)."""
    try:
        wanted_outputs()
    except ValueError as error:
        hint = "Set RENDER_OUTPUTS to entries such as preview.png:600,thumbnail.png:200, or leave it out."
        return [Error(f"RENDER_OUTPUTS: {error}.", hint=hint, id="customify.E002")]
    return []


@register()
def the_emoji_font_is_one(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report a RENDER_EMOJI_FONT that is no font with glyphs in colour (customify.E003)."""
    try:
        if settings.RENDER_EMOJI_FONT is None or is_colored(settings.RENDER_EMOJI_FONT):
            return []
        cause = "it has no glyphs in colour (no COLR table)"
    except (OSError, FontError) as error:
        cause = str(error)
    hint = (
        "Name a font file such as Noto-COLRv1.ttf, or leave RENDER_EMOJI_FONT out: emoji are drawn in one colour then."
    )
    return [Error(f"RENDER_EMOJI_FONT: {cause}.", hint=hint, id="customify.E003")]


def refuse_to_start() -> None:
    """Raise ImproperlyConfigured where a check finds an error: web servers run no checks of their own."""
    errors = [message for message in run_checks() if message.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(str(error) for error in errors))
