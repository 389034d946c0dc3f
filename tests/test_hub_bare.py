"""What the whole knows of each part is enough: pages and files are those of an edition with everything."""

from dataclasses import replace

import pytest

from evalkit.hub.edition import cut
from evalkit.hub.jobs import whole_assets
from evalkit.hub.pages import whole_pages
from evalkit.hub.template import page_text
from evalkit.types.catalogue import Catalogue
from evalkit.types.synthesis_question import SynthesisStanding
from tests.hub_crowd import crowd
from tests.hub_sample import sample
from tests.test_hub_incremental import full
from tests.test_synthesis_question import ASKED, answer, inputs


def with_question(edition: Catalogue) -> Catalogue:
    """The edition with a question that its findings answer, and one of them left out."""
    known = [finding.id for finding in edition.findings]
    some = inputs(6)
    asked = tuple(replace(one, finding=id) for one, id in zip(some, known, strict=False))
    standing = SynthesisStanding(
        question=ASKED, result=answer(ASKED, "v1.0", asked), version="v1.0", stale=""
    )
    return replace(edition, syntheses=(standing,))


def test_a_plan_that_a_finding_answers_is_not_kept() -> None:
    whole = cut(crowd(3)).whole
    assert [one.canonical + one.text for one in whole.protocols] == ["", "", ""]
    open_plans = cut(replace(crowd(3), findings=())).whole.protocols
    assert all(one.canonical for one in open_plans)


@pytest.mark.parametrize(
    "edition",
    [with_question(sample()), with_question(full()), crowd(70)],
    ids=["a question", "every field", "many"],
)
def test_pages_about_the_whole_need_no_more(edition: Catalogue) -> None:
    bare = cut(edition).whole
    assert not bare.evaluations and not bare.notebooks
    told = {page.path: page_text(page) for page in whole_pages(bare)}
    needed = {page.path: page_text(page) for page in whole_pages(edition)}
    assert told.keys() == needed.keys() and len(told) > 15
    assert [path for path, text in told.items() if text != needed[path]] == []
    files, all_files = (
        {one.path: one.text for one in whole_assets(each)} for each in (bare, edition)
    )
    assert files.keys() == all_files.keys()
    assert [path for path, text in files.items() if text != all_files[path]] == []
