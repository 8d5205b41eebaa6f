#!/usr/bin/env python3
"""Django's command line for Customify."""

import gc
import os
import sys


def main() -> None:
    """Run the command that the command line names."""
    gc.disable()  # until `customify.ops.apps` has loaded everything
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "customify.settings")
    os.environ["CUSTOMIFY_PROCESS"] = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        from customify.config.refusal import ending_without_traceback  # noqa: PLC0415
    except ModuleNotFoundError as error:
        sys.exit(f"{error}. Run it through uv: .venv/bin/uv run manage.py {' '.join(sys.argv[1:])}")
    with ending_without_traceback():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
