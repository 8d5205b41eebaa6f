"""Calls of `manage.py verify_files`, and harm to the files that it looks at."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from designs.tests.support.stored_files import damage_file, lose_file, truncate_file

HARM = {"missing": lose_file, "damaged": damage_file, "truncated": truncate_file}


def verify(*options: str, **more: Any) -> None:
    """Run the command without a limit on its pace."""
    call_command("verify_files", "--rate", "0", *options, **more)


def verify_in_vain(*options: str) -> str:
    """Run the command, which must fail; return its last line."""
    with pytest.raises(CommandError) as failed:
        verify(*options)
    return str(failed.value)
