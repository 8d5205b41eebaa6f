"""System checks: a wrong environment stops the start-up, naming the variable and the mend."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from designs.renders.snapshot import configured_outputs
from designs.renders.watermark import check_watermark_settings
from rendering.engine.values import FontError, PictureError
from rendering.fonts.fallbacks import is_color_font


@register()
def check_environment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report every variable that could not be used, one error each (customify.E001)."""
    return [
        Error(f"{problem.variable}: {problem.message}", hint=problem.hint, id="customify.E001")
        for problem in settings.ENVIRONMENT_PROBLEMS
    ]


@register()
def check_render_outputs(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report an entry of RENDER_OUTPUTS that no file could be drawn for (customify.E002)."""
    try:
        configured_outputs()
    except ValueError as error:
        hint = "Set RENDER_OUTPUTS to entries such as preview.png:600,thumbnail.png:200, or leave it out."
        return [Error(f"RENDER_OUTPUTS: {error}.", hint=hint, id="customify.E002")]
    return []


@register()
def check_emoji_font(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report a RENDER_EMOJI_FONT that is no font with glyphs in colour (customify.E003)."""
    try:
        if settings.RENDER_EMOJI_FONT is None or is_color_font(settings.RENDER_EMOJI_FONT):
            return []
        cause = "it has no glyphs in colour (no COLR table)"
    except (OSError, FontError) as error:
        cause = str(error)
    hint = (
        "Name a font file such as Noto-COLRv1.ttf, or leave RENDER_EMOJI_FONT out: emoji are drawn in one colour then."
    )
    return [Error(f"RENDER_EMOJI_FONT: {cause}.", hint=hint, id="customify.E003")]


@register()
def check_watermark(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report settings of RENDER_WATERMARK that no mark could be drawn from (customify.E007)."""
    hint = "Set RENDER_WATERMARK to a short text, or RENDER_WATERMARK_PICTURE to a PNG or JPEG, or leave both out."
    if settings.RENDER_WATERMARK and settings.RENDER_WATERMARK_PICTURE:
        message = "RENDER_WATERMARK: It is a text although RENDER_WATERMARK_PICTURE names a picture."
        return [Error(message, hint=hint, id="customify.E007")]
    try:
        check_watermark_settings()
    except (FontError, PictureError) as error:
        return [Error(f"RENDER_WATERMARK: {error}.", hint=hint, id="customify.E007")]
    return []


KNOWN_SECRET_PATTERN = re.compile(
    r"^(test|demo|dev|ci|benchmark)-|insecure|change.?me|your.?secret|secret.?key|example|password", re.IGNORECASE
)
MIN_DISTINCT_CHARACTERS = 12  # different ones: 50 random ones hold some 35


@register()
def check_production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report what only a developer's machine may have (customify.E004 to E006), where the site is for others too."""
    if not is_production_url(settings.PUBLIC_URL):
        return []
    where = f"although PUBLIC_URL is {settings.PUBLIC_URL}"
    errors: list[CheckMessage] = []
    if settings.DEBUG:
        message = f"DEBUG: It is true {where}: whoever meets an error reads source code and settings."
        errors.append(Error(message, hint="Set DEBUG=false, or leave it out.", id="customify.E004"))
    if is_guessable_secret(settings.SECRET_KEY):
        message = f"SECRET_KEY: It is one that others know or can guess, {where}: they could sign sessions."
        hint = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        errors.append(Error(message, hint=hint, id="customify.E005"))
    if "*" in settings.ALLOWED_HOSTS:
        message = f"ALLOWED_HOSTS: It is *, {where}: links in answers could be made to lead elsewhere."
        hint = f"Set ALLOWED_HOSTS={urlsplit(settings.PUBLIC_URL).hostname}, and other names that it has."
        errors.append(Error(message, hint=hint, id="customify.E006"))
    return errors


def is_production_url(url: str) -> bool:
    """Tell whether a site at this address is in production: HTTPS, or not of this machine alone."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        here = ip_address(host).is_loopback
    except ValueError:
        here = host == "localhost" or host.endswith(".localhost")
    return parts.scheme == "https" or not here


def is_guessable_secret(secret: str) -> bool:
    """Tell whether a secret stands in examples, or has too little in it."""
    repeats = secret in (secret + secret)[1:-1]
    return bool(KNOWN_SECRET_PATTERN.search(secret)) or repeats or len(set(secret)) < MIN_DISTINCT_CHARACTERS


def raise_for_failed_checks() -> None:
    """Raise ImproperlyConfigured where a check finds an error: web servers run no checks of their own."""
    errors = [message for message in run_checks() if message.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(str(error) for error in errors))
