"""What the build of the image deletes from packages, and that nothing here needs it."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import icu4py
import pytest
from django.conf import settings

from customify.testing.spawn import PROJECT

PACKAGES = Path(icu4py.__file__).parents[1]
BREAKS = (
    "from icu4py.breakers import LineBreaker\n"
    "texts = ['Hello — 100 % (really)', 'สวัสดีชาวโลกภาษาไทย', 'ជំរាបសួរពិភពលោក', '日本語のテキスト、っと', 'a👩‍👩‍👧b']\n"
    "print([list(LineBreaker(text, locale).segments()) for text in texts for locale in ('en', 'ja', 'th', 'xx')])\n"
)


def load(name: str) -> dict[str, Any]:
    return runpy.run_path(str(PROJECT / "deploy/image" / f"{name}.py"))


def test_lines_break_as_before_with_a_seventh_of_icus_data(tmp_path: Path) -> None:
    (library,) = (PACKAGES / "icu4py.libs").glob("libicudata*")
    shutil.copytree(PACKAGES / "icu4py", tmp_path / "icu4py")
    shutil.copytree(PACKAGES / "icu4py.libs", tmp_path / "icu4py.libs")
    trimmed = load("trim_icu_data")["trim_library"](library.read_bytes())
    assert len(trimmed) < library.stat().st_size / 6
    (tmp_path / "icu4py.libs" / library.name).write_bytes(trimmed)
    command = [sys.executable, "-c", BREAKS]
    with_all = subprocess.run(command, capture_output=True, text=True, check=True)
    env = {"PYTHONPATH": str(tmp_path), "LC_ALL": "C.UTF-8"}
    with_less = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    assert with_less.stdout == with_all.stdout
    assert "(" in with_all.stdout


@pytest.mark.parametrize("library", [b"", b"\x7fELF\x01\x01" + b"CmnD", b"\x7fELF\x02\x01 no package"])
def test_a_library_of_another_form_stops_the_build(library: bytes) -> None:
    with pytest.raises(SystemExit, match="no 64-bit library with one ICU data package"):
        load("trim_icu_data")["trim_library"](library)


def test_every_rule_matches_an_installed_package() -> None:
    found = {path.relative_to(PACKAGES).as_posix() for path in load("trim_packages")["find_unused"](PACKAGES)}
    assert "numpy/f2py" in found
    assert "botocore/data/ec2" in found
    assert "django/conf/locale/de" in found
    kept = {"botocore/data/s3", "botocore/data/sts", "django/conf/locale/en", "django/contrib/admin/locale/en"}
    assert not kept & found


def test_a_rule_without_a_match_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="No installed file matches"):
        list(load("trim_packages")["find_unused"](tmp_path))


def test_deleting_counts_bytes(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "a.py").write_bytes(b"x" * 100)
    (tmp_path / "b.pyi").write_bytes(b"x" * 10)
    paths = [tmp_path / "tests", tmp_path / "tests" / "a.py", tmp_path / "b.pyi"]
    assert load("trim_packages")["delete_paths"](iter(paths)) == 110
    assert list(tmp_path.iterdir()) == []


def test_only_english_is_served() -> None:
    """The image has no other language's texts: LANGUAGES in deploy/image/trim_packages.py."""
    assert settings.LANGUAGE_CODE == "en"
    assert not [name for name in settings.MIDDLEWARE if "Locale" in name]
