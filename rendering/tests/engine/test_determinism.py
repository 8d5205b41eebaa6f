import hashlib
import os
import random
import subprocess
import sys
import threading

import pytest

from customify.testing.spawn import PROJECT
from rendering.engine.encode.outputs import STANDARD_OUTPUTS, parse_outputs
from rendering.engine.values import Area
from rendering.fonts.catalogue import installed_fonts
from rendering.fonts.fallbacks import fallback_fonts
from rendering.tests.support.drawing import draw
from rendering.tests.support.drawings import CLEAR, FONTS, LENIENT_RULES, RULES, long_form, short_form
from rendering.tests.support.photos import ASSET, StoredImage, photo
from rendering.tests.support.random_designs import random_design

AREAS = [Area("front", 300, 200)]
SMALL = parse_outputs(["preview.png:200", "thumbnail.webp:64"])
EVERY_FORMAT = parse_outputs(["preview.png:500", "preview.webp:200", "preview.avif:200", "preview.jpg:200"])
DESIGNS = 70  # random (seeded), of every feature
PROGRAM = f"from {__name__} import digest; print(digest())"


def digest() -> str:
    total = hashlib.sha256()
    for font in FONTS:
        spec = short_form("Größe fi 42 漢", font, "#3A7F10", fontSize=61.5)
        for file in draw(spec, RULES, installed_fonts(), STANDARD_OUTPUTS).files:
            total.update(file.data)
    rng = random.Random(20261124)
    for _ in range(DESIGNS):
        for file in draw(
            random_design(rng), LENIENT_RULES, installed_fonts(), SMALL, fallbacks=fallback_fonts(), areas=AREAS
        ).files:
            total.update(file.data)
    with_photo = long_form({"type": "image", "asset": ASSET, "rotation": 7, "mask": "circle"}, background=CLEAR)
    pictures = {ASSET: StoredImage(photo(640, 480), 320).picture()}
    for file in draw(with_photo, LENIENT_RULES, installed_fonts(), EVERY_FORMAT, areas=AREAS, pictures=pictures).files:
        total.update(file.data)
    return total.hexdigest()


@pytest.fixture(scope="module")
def own_digest() -> str:
    return digest()


@pytest.mark.parametrize(
    ("seed", "locale", "zone"),
    [("0", "C", "UTC"), ("1", "tr_TR.UTF-8", "Asia/Kolkata"), ("4242", "C.UTF-8", "America/Lima")],
)
def test_hash_seed_locale_and_time_zone_do_not_reach_the_bytes(
    seed: str, locale: str, zone: str, own_digest: str
) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale, "TZ": zone}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == own_digest


def test_drawing_again_and_in_threads_gives_the_same_bytes(own_digest: str) -> None:
    digests = [own_digest, digest()]
    threads = [threading.Thread(target=lambda: digests.append(digest())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 6
    assert len(set(digests)) == 1
