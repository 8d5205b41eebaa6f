"""System checks: a wrong environment stops the start, with an error that names the variable and the fix."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks  # noqa: A004  its own name
from django.core.exceptions import ImproperlyConfigured

from designs.renders.print_options import describe_press
from designs.renders.snapshot import configured_outputs
from designs.renders.watermark import check_watermark_settings
from rendering.engine.values import FontError, PictureError, PressError
from rendering.fonts.fallbacks import find_emoji_font_problem
from rendering.storage import StorageUnavailable

log = logging.getLogger(__name__)


@register()
def check_environment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report every unusable variable (customify.E001), and unknown ones as warnings (customify.W001)."""
    return [
        (Warning if problem.is_warning else Error)(
            f"{problem.variable}: {problem.message}",
            hint=problem.hint,
            id="customify.W001" if problem.is_warning else "customify.E001",
        )
        for problem in settings.ENVIRONMENT_PROBLEMS
    ]


@register()
def check_render_outputs(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report an invalid entry of RENDER_OUTPUTS (customify.E002)."""
    try:
        configured_outputs()
    except ValueError as error:
        hint = "Set RENDER_OUTPUTS to entries such as preview.png:600,thumbnail.png:200, or leave it out."
        return [Error(f"RENDER_OUTPUTS: {error}.", hint=hint, id="customify.E002")]
    return []


@register()
def check_emoji_font(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report a RENDER_EMOJI_FONT whose glyphs cannot be drawn in colour (customify.E003)."""
    if settings.RENDER_EMOJI_FONT is None:
        return []
    try:
        cause = find_emoji_font_problem(settings.RENDER_EMOJI_FONT)
    except (OSError, FontError) as error:
        cause = str(error)
    if not cause:
        return []
    hint = "Set it to a font file with a COLR table such as Noto-COLRv1.ttf, or leave RENDER_EMOJI_FONT out."
    return [Error(f"RENDER_EMOJI_FONT: {cause}.", hint=hint, id="customify.E003")]


@register()
def check_watermark(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report RENDER_WATERMARK settings that cannot be drawn (customify.E007)."""
    hint = "Set RENDER_WATERMARK to a short text, or RENDER_WATERMARK_PICTURE to a PNG or JPEG, or leave both out."
    if settings.RENDER_WATERMARK and settings.RENDER_WATERMARK_PICTURE:
        message = "RENDER_WATERMARK: It is set although RENDER_WATERMARK_PICTURE is set too."
        return [Error(message, hint=hint, id="customify.E007")]
    try:
        check_watermark_settings()
    except (FontError, PictureError, StorageUnavailable) as error:
        return [Error(f"RENDER_WATERMARK: {str(error).rstrip('.')}.", hint=hint, id="customify.E007")]
    return []


@register()
def check_print_profile(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report a PRINT_PROFILE that cannot separate colours (customify.E008)."""
    hint = "Set PRINT_PROFILE to the path of your printer's CMYK profile (.icc), readable here, or leave it out."
    try:
        describe_press()
    except (PressError, OSError) as error:
        return [Error(f"PRINT_PROFILE: {str(error).rstrip('.')}.", hint=hint, id="customify.E008")]
    return []


# No prefix of two letters: one in 65,000 random secrets begins with "ci-", in either case.
KNOWN_SECRET_PATTERN = re.compile(
    r"^(test|demo|dev|benchmark)-|insecure|change.?me|your.?secret|secret.?key|example|password", re.IGNORECASE
)
MIN_DISTINCT_CHARACTERS = 12  # distinct ones; 50 random characters contain about 35


@register()
def check_production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Report development settings on a production site (customify.E004 to E006)."""
    if not is_production_url(settings.PUBLIC_URL):
        return []
    where = f"although PUBLIC_URL is {settings.PUBLIC_URL}"
    errors: list[CheckMessage] = []
    if settings.DEBUG:
        message = f"DEBUG: It is true {where}: error pages show source code and settings to everyone."
        errors.append(Error(message, hint="Set DEBUG=false, or leave it out.", id="customify.E004"))
    if is_guessable_secret(settings.SECRET_KEY):
        message = f"SECRET_KEY: It can be guessed, {where}: others could sign sessions."
        hint = "Generate one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        errors.append(Error(message, hint=hint, id="customify.E005"))
    if "*" in settings.ALLOWED_HOSTS:
        message = f"ALLOWED_HOSTS: It is *, {where}: requests could make links in responses lead to other hosts."
        hint = f"Set ALLOWED_HOSTS={urlsplit(settings.PUBLIC_URL).hostname}, and further names of the site, if any."
        errors.append(Error(message, hint=hint, id="customify.E006"))
    return errors


def is_production_url(url: str) -> bool:
    """Tell whether a site at this URL is in production: it uses HTTPS, or its host is not this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_local = ip_address(host).is_loopback
    except ValueError:
        is_local = host == "localhost" or host.endswith(".localhost")
    return parts.scheme == "https" or not is_local


def is_guessable_secret(secret: str) -> bool:
    """Tell whether a secret looks like an example, repeats itself or has few distinct characters."""
    repeats = secret in (secret + secret)[1:-1]
    return bool(KNOWN_SECRET_PATTERN.search(secret)) or repeats or len(set(secret)) < MIN_DISTINCT_CHARACTERS


def raise_for_failed_checks() -> None:
    """Raise ImproperlyConfigured if a check finds an error, and log warnings; web servers do not run checks."""
    messages = run_checks()
    errors = [message for message in messages if message.is_serious()]
    for message in messages:
        if message not in errors:
            log.warning("%s", message)
    if errors:
        raise ImproperlyConfigured("\n".join(str(error) for error in errors))
