"""Django's system checks."""

from django.core.checks import run_checks


def check_messages(*ids: str) -> list[str]:
    """Run all system checks; return the messages with one of these ids."""
    return [str(message) for message in run_checks() if message.id in ids]
