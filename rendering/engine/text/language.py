"""The language of a text: which of its tag's parts choose letter forms, and Han characters without a language."""

import functools
from collections.abc import Set

UNDETERMINED = "und"
HAN_LANGUAGES = {"ja", "ko", "zh", "yue"}
# HarfBuzz keeps every tag that it has seen, so what a shopper may send must be finite: languages of two letters, and
# those of three that fonts have forms for.
_THREE_LETTERS = {"crh", "fil", "ksh", "ksw", "mnw", "rhg", "sat", "sma", "smj", "smn", "sms", "xpe", "xwo", "yue"}
# Scripts and regions that choose forms of a language.
_SUBTAGS = {"zh": {"hans", "hant", "cn", "hk", "mo", "sg", "tw"}, "ro": {"md"}, "ga": {"latg"}}


@functools.lru_cache(maxsize=1024)
def reduce_language(tag: str) -> str:
    """Return the parts of a BCP 47 tag that letter forms depend on, in lower case; `und` for "" and rare languages."""
    language, *subtags = tag.lower().split("-")
    if len(language) != 2 and language not in _THREE_LETTERS:
        return UNDETERMINED
    known = _SUBTAGS.get(language, set())
    return "-".join([language, *dict.fromkeys(subtag for subtag in subtags if subtag in known)])


def choose_han_language(language: str, scripts: Set[str]) -> str:
    """Return the language of a text's Han characters: its own, else Japanese beside kana, Korean beside hangul."""
    if language.partition("-")[0] in HAN_LANGUAGES:
        return language
    if scripts & {"Hira", "Kana"}:
        return "ja"
    return "ko" if "Hang" in scripts else "zh-hans"
