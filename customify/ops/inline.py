"""What django_rq's pages hold inline, which the site's policy forbids, is taken out; files do the same."""

from __future__ import annotations

import re

from django.http import HttpResponse, HttpResponseBase
from django.templatetags.static import static

# What users and jobs have written is escaped and holds neither "<" nor quotes: only the templates' own words match.
_INLINE_PATTERN = re.compile(
    r'<script type="text/javascript".*?</script>|<style>.*?</style>|(?<=["\w]) (?:style|onclick)="[^"]*"', re.DOTALL
)


def replace_inline_code(answer: HttpResponseBase) -> HttpResponseBase:
    """Return the answer; a page without what is inline, and with the files that do the same."""
    if isinstance(answer, HttpResponse) and answer.get("Content-Type", "").startswith("text/html"):
        files = (
            f'<link rel="stylesheet" href="{static("customify/dashboard.css")}">'
            f'<script src="{static("customify/dashboard.js")}" defer></script></head>'
        )
        answer.content = _INLINE_PATTERN.sub("", answer.content.decode()).replace("</head>", files, 1)
    return answer
