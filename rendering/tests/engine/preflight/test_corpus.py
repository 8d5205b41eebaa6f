"""Random (seeded) designs with one fault each are found out at the right layer; those without are left alone."""

from collections import Counter

import pytest

from rendering.engine.values import Finding
from rendering.tests.support.preflight import apply_fix, inspect
from rendering.tests.support.preflight_corpus import Sample, corpus_pictures, make_clean
from rendering.tests.support.preflight_faults import FAULTS, make_faulty

EACH = 10  # designs a code
# Facts that are no faults: of a preview, of a picture that could be sharper, and of a colour that print dulls.
HARMLESS = {"code_small_in_preview", "upscaled", "color_out_of_gamut"}


def judge(sample: Sample) -> list[Finding]:
    return inspect(sample.data, sample.area, pictures=corpus_pictures(), product_color=sample.product)


@pytest.mark.parametrize("code", FAULTS)
def test_a_planted_fault_is_found_at_its_layer(code: str) -> None:
    missed = []
    for seed in range(EACH):
        sample = make_faulty(code, seed)
        found = {(finding.code, finding.layer) for finding in judge(sample)}
        if (code, sample.layer) not in found:
            missed.append((seed, sample.data, found))
    assert missed == []


def test_designs_without_a_fault_have_no_finding() -> None:
    alarms = Counter[str]()
    for seed in range(100):
        alarms.update({finding.code for finding in judge(make_clean(seed)) if finding.code not in HARMLESS})
    assert alarms.total() <= 2, alarms


def test_fixes_cure_what_they_are_about_and_break_nothing() -> None:
    tried, failed = 0, []
    for code in FAULTS:
        for seed in range(4):
            sample = make_faulty(code, seed)
            before = judge(sample)
            fixable = next((one for one in before if one.code == code and one.layer == sample.layer and one.fix), None)
            if fixable is None:
                continue
            tried += 1
            cured = Sample(apply_fix(sample.data, fixable), sample.area, sample.product)
            after = judge(cured)
            still = {(one.code, one.layer) for one in after}
            new = {one.code for one in after if one.severity == fixable.severity} - {one.code for one in before}
            if (code, sample.layer) in still or new:
                failed.append((code, seed, fixable.fix, new))
    assert tried > 40
    assert len(failed) <= tried * 0.05, failed
