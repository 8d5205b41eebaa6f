"""Deletes files of installed packages that the service never reads: `trim_packages.py SITE_PACKAGES`.

It runs while the image is built. Whatever a rule names must exist: after an update that moves it, the build fails
instead of silently growing. docs/decisions/0043-the-image.md gives the reasons; `pytest -m containers` compares what
the image draws with what the packages draw as they were installed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

# Clients of the bucket, and of what boto3 asks for credentials (roles, single sign-on).
AWS_SERVICES = frozenset({"s3", "sts", "sso", "sso-oidc", "signin"})
LANGUAGES = frozenset({"en"})  # LANGUAGE_CODE; no middleware chooses another

UNUSED = (
    "*/tests",
    "*/*/tests",
    "**/*.pyi",
    "**/*.map",  # of scripts and styles, for their developers
    "**/*.a",
    "numpy/f2py",
    "numpy/distutils",
    "drf_spectacular_sidecar/static/*/redoc",  # the API's documentation is Swagger
)


def find_unused(packages: Path) -> Iterator[Path]:
    """Yield files and folders to delete; a folder may be yielded beside files in it. Raises SystemExit."""
    for pattern in UNUSED:
        found = sorted(packages.glob(pattern))
        if not found and not pattern.endswith("distutils"):  # numpy has it only for Python 3.11
            raise SystemExit(f"No installed file matches {pattern}: correct UNUSED in {Path(__file__).name}.")
        yield from found
    services = {path for path in (packages / "botocore/data").iterdir() if path.is_dir()}
    if missing := AWS_SERVICES - {path.name for path in services}:
        raise SystemExit(f"botocore has no data of {', '.join(sorted(missing))}: correct AWS_SERVICES.")
    yield from sorted(path for path in services if path.name not in AWS_SERVICES)
    for folder in sorted(packages.glob("**/locale")):
        yield from sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in LANGUAGES)


def find_collected(packages: Path) -> Iterator[Path]:
    """Yield the packages' own copies of static files, once they have been collected."""
    yield from sorted(path for path in packages.glob("**/static") if path.is_dir() and "node_modules" not in path.parts)


def delete_paths(paths: Iterator[Path]) -> int:
    """Delete files and folders; return their size in bytes."""
    freed = 0
    for path in paths:
        if path.is_dir():
            freed += sum(file.lstat().st_size for file in path.rglob("*") if file.is_file())
            shutil.rmtree(path)
        elif path.exists():  # not within a folder that is gone
            freed += path.lstat().st_size
            path.unlink()
    return freed


def main() -> None:
    """Trim the folder that the command line names; with --collected, delete static files alone."""
    packages = Path(sys.argv[1])
    freed = delete_paths((find_collected if "--collected" in sys.argv else find_unused)(packages))
    print(f"Deleted {freed / 1e6:.1f} MB of {packages}")  # noqa: T201  # for the log of the build


if __name__ == "__main__":
    main()
