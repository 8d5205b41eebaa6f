"""Filters of designs by the findings of their published render."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Subquery

from designs.api.columns import overridden_codes
from designs.models import Design, RenderState

# The index on PostgreSQL is of succeeded renders with findings.
_INDEXED = Q(published_render__state=RenderState.SUCCEEDED)


def keep_with_finding(designs: QuerySet[Design], members: Sequence[Mapping[str, str]]) -> QuerySet[Design]:
    """Keep designs with a finding that has one of these members, such as a code."""
    if connection.vendor == "postgresql":
        matches = reduce(or_, (Q(published_render__findings__contains=[dict(each)]) for each in members))
        return designs.filter(_INDEXED, matches).exclude(published_render__findings=[])
    found = reduce(or_, (Q(_HasMember(F("published_render__findings"), each)) for each in members))
    return designs.filter(_INDEXED, found)


def keep_unprintable(designs: QuerySet[Design]) -> QuerySet[Design]:
    """Keep designs with an error that nobody has overridden."""
    with_errors = keep_with_finding(designs, [{"severity": "error"}])
    return with_errors.filter(_HasOpenErrors(F("published_render__findings"), overridden_codes()))


def keep_printable(designs: QuerySet[Design]) -> QuerySet[Design]:
    """Keep designs with files, and without an error that nobody has overridden."""
    have_files = designs.filter(published_render__isnull=False)
    return have_files.filter(~Q(_HasOpenErrors(F("published_render__findings"), overridden_codes())))


class _HasMember(Func):
    """Whether a JSON list has an object with this member (SQLite, which has no containment)."""

    output_field = BooleanField()

    def __init__(self, findings: F, member: Mapping[str, str]) -> None:
        super().__init__(findings)
        ((self.name, self.value),) = member.items()

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:  # noqa: ARG002  # Django's own signature
        """Return SQL, and the name and the value."""
        sql, parameters = compiler.compile(self.source_expressions[0])
        found = f"EXISTS (SELECT 1 FROM json_each({sql}) AS one WHERE json_extract(one.value, %s) = %s)"  # noqa: S608  # of columns
        return found, [*parameters, f"$.{self.name}", self.value]


class _HasOpenErrors(Func):
    """Whether findings (a JSON list) have an error of which the code is not in another JSON list, or null.

    Findings under earlier names of their codes are no errors: those were not published.
    """

    output_field = BooleanField()

    def __init__(self, findings: F, overridden: Subquery[Any]) -> None:
        super().__init__(findings, overridden)

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:  # noqa: ARG002  # Django's own signature
        """Return SQL that unpacks the findings."""
        return self._build_sql(
            compiler,
            "jsonb_array_elements(judged.findings) AS one(value) WHERE one.value ->> 'severity' = 'error'"
            " AND NOT coalesce(judged.codes, '[]'::jsonb) @> jsonb_build_array(one.value -> 'code')",
        )

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:  # noqa: ARG002  # Django's own signature
        """Return SQL that unpacks the findings."""
        return self._build_sql(
            compiler,
            "json_each(judged.findings) AS one WHERE json_extract(one.value, '$.severity') = 'error'"
            " AND json_extract(one.value, '$.code') NOT IN"
            " (SELECT code.value FROM json_each(coalesce(judged.codes, '[]')) AS code)",
        )

    def _build_sql(self, compiler: Any, condition: str) -> Any:
        findings, overridden = (compiler.compile(each) for each in self.source_expressions)
        judged = f"(SELECT {findings[0]} AS findings, {overridden[0]} AS codes) AS judged"
        found = f"EXISTS (SELECT 1 FROM {judged}, {condition})"  # noqa: S608  # of columns and constants
        return found, [*findings[1], *overridden[1]]
