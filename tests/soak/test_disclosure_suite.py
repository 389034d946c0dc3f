"""Generated publications: every planted leak found, no false alarm, both attackers agree."""

import time
from collections import Counter

import pytest

from tests.disclosure_attacker import too_tight
from tests.disclosure_enemy import N_WAYS, enemy_cases
from tests.disclosure_suite import WAYS, found_in, gives_away, planted_cases, safe_cases

PLANTED, SAFE = 600, 600


@pytest.mark.soak
def test_every_planted_leak_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    start, planted, missed = time.perf_counter(), Counter[str](), Counter[tuple[str, str]]()
    for case in planted_cases(2026, PLANTED):
        planted[case.kind] += 1
        if not gives_away(case, found_in(case)):
            missed[case.kind, case.profile.name] += 1
    with capsys.disabled():
        took = time.perf_counter() - start
        ways = ", ".join(f"{kind} {n}" for kind, n in planted.items())
        print(f"\n{PLANTED} planted leaks in {took:.0f} s, {sum(missed.values())} missed: {ways}")
    assert not missed and len(planted) == len(WAYS)


@pytest.mark.soak
def test_no_safe_publication_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """No hidden cell can be bounded more tightly than its profile allows, by another attacker either."""
    start, refused, tight, cells = time.perf_counter(), 0, 0, 0
    for case in safe_cases(2027, SAFE):
        refused += bool(found_in(case))
        tight += bool(too_tight(case.tables, case.profile.name))
        cells += sum(text == "*" for table in case.tables for text in table.values())
    with capsys.disabled():
        took = time.perf_counter() - start
        told = f"{refused} refused; {cells} hidden cells, {tight} bounded too tightly"
        print(f"\n{SAFE} safe publications in {took:.0f} s: {told}")
    assert (refused, tight) == (0, 0)


@pytest.mark.soak
def test_leaks_in_odd_places_are_found_and_the_same_places_may_hold_other_numbers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start, n = time.perf_counter(), 13 * N_WAYS
    missed = Counter(c.kind for c in enemy_cases(2028, n, small=True) if not found_in(c))
    refused = Counter(c.kind for c in enemy_cases(2029, n, small=False) if found_in(c))
    with capsys.disabled():
        took = time.perf_counter() - start
        print(
            f"\n{n} leaks in {N_WAYS} odd places in {took:.0f} s: {sum(missed.values())} missed",
            end="",
        )
        print(f"; {n} safe publications with the same places: {sum(refused.values())} refused")
    assert not missed and not refused
