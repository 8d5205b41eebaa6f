"""Prepares the demo's database: tables, staff user, API key (`python -m customify.ops.demo.prepare IDENTITY`).

It runs as a child process, because the command `demo` loads its settings before the demo's variables are known.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

from customify.ops.demo.folder import DemoIdentity


def prepare_database(file: Path) -> None:
    """Migrate, create the user and the API key if they are missing, and write the key to the identity file."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("install_catalogue", verbosity=0)
    identity = DemoIdentity.read_file(file)
    identity.with_key(_ensure_access(identity)).write_file(file)


def _ensure_access(identity: DemoIdentity) -> str:
    """Return an API key of the staff user that works, the identity's own if it does."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - needs the settings

    from customify.accounts.models import ApiKey  # noqa: PLC0415
    from customify.accounts.scopes import DEFAULT_SCOPES  # noqa: PLC0415
    from designs.api.scopes import PRINT  # noqa: PLC0415

    user, _ = User.objects.get_or_create(username=identity.username, defaults={"email": "admin@example.com"})
    if not (user.is_superuser and user.is_active and user.check_password(identity.password)):
        user.is_staff = user.is_superuser = user.is_active = True
        user.set_password(identity.password)
        user.save()
    if identity.key and ApiKey.objects.find_by_secret(identity.key):
        return identity.key
    _, secret = ApiKey.objects.issue_key(user, "demo", scopes=[*DEFAULT_SCOPES, PRINT])
    return secret


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
    django.setup()
    prepare_database(Path(sys.argv[1]))
