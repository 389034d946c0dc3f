"""Many pieces of work: their order, their failures, and processes that end."""

import os

import pytest

from evalkit.errors import DataError
from evalkit.runner import Failed, in_this_process, on_cores, run_many

ITEMS = [str(n) for n in range(20)]


def squared(item):
    return int(item) ** 2


def refusing(item):
    if item == "3":
        raise DataError("3 is not what the method needs")
    if item == "5":
        raise ZeroDivisionError("a fault of ours")
    return int(item)


def dying(item):
    if item == "7":
        os._exit(9)
    return int(item)


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_items(jobs):
    found = list(run_many(squared, ITEMS, scheduler=on_cores(jobs)))
    assert found == [(item, int(item) ** 2) for item in ITEMS]


def test_what_fails_stops_nobody_else_and_says_why():
    found = dict(run_many(refusing, ITEMS[:8], scheduler=in_this_process))
    assert found.pop("3") == Failed(why="3 is not what the method needs")
    assert found.pop("5") == Failed(why="unexpected ZeroDivisionError: a fault of ours")
    assert found == {item: int(item) for item in ("0", "1", "2", "4", "6", "7")}


def test_a_process_that_ends_costs_one_item_alone():
    found = dict(run_many(dying, ITEMS, scheduler=on_cores(2)))
    assert found.pop("7") == Failed(
        why="its process ended before it answered; it may need more memory"
    )
    assert found == {item: int(item) for item in ITEMS if item != "7"}


def test_work_is_handed_out_as_results_are_taken():
    """A list of a million plans is not a million results in memory."""
    asked = []

    def work(item):
        asked.append(item)
        return item

    seen = run_many(work, ITEMS, scheduler=in_this_process)
    assert (next(seen), next(seen)) == (("0", "0"), ("1", "1"))
    assert asked == ["0", "1"]
