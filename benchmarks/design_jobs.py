"""Designs to draw: random (seeded), the same in every run, no text twice."""

import random
import string
from collections.abc import Iterator
from typing import Any, NamedTuple

from rendering.fonts.catalogue import installed_fonts

LETTERS = string.ascii_letters + string.digits
SEED = 20261122
PHRASES = (
    *("Slow mornings", "مرحبا بالعالم", "नमस्ते दुनिया", "สวัสดีชาวโลก", "Доброе утро", "שלום עולם"),
    *("Καλημέρα κόσμε", "সুপ্রভাত", "காலை வணக்கம்", "శుభోదయం", "12,50 € & more", "☕🌞"),
)
# Words of Latin and of six other scripts, for texts as people write them.
WORDS = {
    "Latin": "Slow mornings happy birthday grandma best friends forever since world champion Łódź Nguyễn coffee first",
    "Cyrillic": "Доброе утро любимая мама навсегда счастье лучший друг поздравляю сестра весна вместе",
    "Greek": "Καλημέρα κόσμε χρόνια πολλά αγάπη για πάντα μητέρα φίλος καλύτερος ήλιος θάλασσα",
    "Arabic": "مرحبا بالعالم صباح الخير عيد ميلاد سعيد أمي الحبيبة أفضل صديق دائما معا قلب",
    "Hebrew": "שלום עולם בוקר טוב יום הולדת שמח אמא אהובה לנצח חבר הכי טוב ביחד",
    "Devanagari": "नमस्ते दुनिया शुभ प्रभात जन्मदिन मुबारक प्यारी माँ हमेशा दोस्त परिवार खुशी",
    "Thai": "สวัสดีชาวโลก อรุณสวัสดิ์ สุขสันต์วันเกิด คุณแม่ ที่รัก ตลอดไป เพื่อน ครอบครัว ความสุข",
}
SENTENCE_LENGTHS = (10, 40)  # characters
SENTENCE_FONTS = 40  # fonts that take turns


class DesignJob(NamedTuple):
    """One design in the short form."""

    text: str
    font: str
    color: str


def generate_jobs() -> Iterator[DesignJob]:
    """Yield designs without end: the first word encodes a counter; fonts, colours and further words are random."""
    rng = random.Random(SEED)  # noqa: S311  # seeded, for the same designs in every run
    fonts = sorted(installed_fonts())
    for number in range(10**9):
        words = ("".join(rng.choices(LETTERS, k=rng.randint(2, 6))) for _ in range(rng.randint(0, 2)))
        yield DesignJob(" ".join([_spell_number(number), *words]), rng.choice(fonts), f"#{rng.randrange(1 << 24):06X}")


def generate_sentences() -> Iterator[DesignJob]:
    """Yield designs without end, of words of one script each; seven scripts and forty fonts take turns."""
    rng = random.Random(SEED)  # noqa: S311  # seeded, for the same designs in every run
    fonts = rng.sample(sorted(installed_fonts()), SENTENCE_FONTS)
    for number in range(10**9):
        words = WORDS[tuple(WORDS)[number % len(WORDS)]].split()
        length, text = rng.randint(*SENTENCE_LENGTHS), rng.choice(words)
        while len(text) < length:
            text += f" {rng.choice(words)}"
        yield DesignJob(text[:length].strip(), fonts[number % SENTENCE_FONTS], f"#{rng.randrange(1 << 24):06X}")


def _spell_number(number: int) -> str:
    """Return a number as five letters, so that no two designs share a text."""
    text = ""
    for _ in range(5):
        number, digit = divmod(number, len(LETTERS))
        text += LETTERS[digit]
    return text


def short_form(job: DesignJob) -> dict[str, Any]:
    """Return a design in the short form."""
    return {"text": job.text, "font": job.font, "color": job.color}


def long_form(job: DesignJob, font_size: float = 48) -> dict[str, Any]:
    """Return the same design in the long form."""
    layer = {"type": "text", "text": job.text, "font": job.font, "size": font_size, "unit": "square"}
    return _wrap_layers({"type": "color", "color": job.color}, [layer], frame="square")


def large_design(job: DesignJob) -> dict[str, Any]:
    """Return a design with one text for a print area of 450 × 540 mm."""
    return _wrap_layers(
        {"type": "color", "color": job.color}, [_text_layer(job.text, job.font, 60, (30, 30, 390, 480), "auto")]
    )


def four_layers(job: DesignJob) -> dict[str, Any]:
    """Return a design of four texts on a gradient: on an arc with outline, with shadow, with both, translucent."""
    first, second, third, fourth = (job.text[number:] + job.text[:number] for number in range(4))
    black, white = {"width": 4, "color": "#000000"}, {"width": 3, "color": "#FFFFFF"}
    return _wrap_layers(
        {
            "type": "linear",
            "angle": 135,
            "stops": [{"offset": 0, "color": job.color}, {"offset": 1, "color": "#118AB2"}],
        },
        [
            _text_layer(first, "Bebas-Bold", 90, (60, 60, 480, 200), "#FFD166", arc=120, outline=black),
            _text_layer(second, "Pacifico-Regular", 70, (60, 260, 480, 110), "#FFFFFF", shadow=_shadow(4)),
            _text_layer(third, "Montserrat-Bold", 50, (60, 380, 480, 90), "#EF476F", outline=white, shadow=_shadow(3)),
            _text_layer(fourth, "Roboto-Regular", 28, (60, 500, 480, 60), "#FFFFFF", opacity=0.8),
        ],
    )


def large_four_layers(job: DesignJob) -> dict[str, Any]:
    """Return a design of four layers on a transparent print area of 450 × 540 mm: arc, outline, shadow, a shape."""
    first, second, third = (job.text[number:] + job.text[:number] for number in range(3))
    black, white = {"width": 4, "color": "#000000"}, {"width": 3, "color": "#FFFFFF"}
    star = {"type": "shape", "shape": "star", "box": {"x": 165, "y": 190, "width": 120, "height": 120}}
    return _wrap_layers(
        {"type": "transparent"},
        [
            _text_layer(first, "Bebas-Bold", 90, (30, 30, 390, 150), "#FFD166", arc=120, outline=black),
            star | {"fill": _two_stops("linear", job.color, "#118AB2")},
            _text_layer(second, "Pacifico-Regular", 70, (30, 330, 390, 90), "#06D6A0", shadow=_shadow(4)),
            _text_layer(third, "Montserrat-Bold", 50, (30, 430, 390, 80), "#EF476F", outline=white, shadow=_shadow(3)),
        ],
    )


def _two_stops(kind: str, first: str, last: str) -> dict[str, Any]:
    return {"type": kind, "stops": [{"offset": 0, "color": first}, {"offset": 1, "color": last}]}


def mixed_scripts(number: int, fit: str, code_points: int = 1000) -> dict[str, Any]:
    """Return a design with one text of words in twelve scripts, in a different order for each number."""
    rng = random.Random(SEED + number)  # noqa: S311  # seeded, for the same designs in every run
    text = " ".join(rng.choices(PHRASES, k=code_points // 5))[:code_points].strip().ljust(code_points, ".")
    layer = {"type": "text", "text": text, "font": "Roboto-Regular", "size": 24, "unit": "square", "fit": fit}
    return _wrap_layers({"type": "color", "color": "#FFFFFF"}, [layer])


def _text_layer(
    text: str, font: str, size: float, box: tuple[float, float, float, float], color: str, **fields: Any
) -> dict[str, Any]:
    placed = dict(zip(("x", "y", "width", "height"), box, strict=True))
    return {"type": "text", "text": text, "font": font, "size": size, "box": placed, "color": color, **fields}


def _shadow(size: float) -> dict[str, Any]:
    return {"x": size, "y": size, "blur": size, "color": "#000000", "opacity": 0.5}


def _wrap_layers(background: dict[str, Any], layers: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return {"version": 1, "placements": {"front": {"background": background, "layers": layers, **fields}}}
