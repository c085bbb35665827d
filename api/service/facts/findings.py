"""Findings that inspections list, and what nothing counts of inspections of files."""

from collections.abc import Iterator
from typing import Final

import orjson
import pandas as pd

from gis.counts import count_text
from gis.sentences import sentence
from layers.packs.rulebook import CAMPAIGN
from layers.stores import Store
from layers.stores.facts import Selection
from layers.stores.log import Link

LAYER: Final = "inspections"


def findings_of_place(store: Store, place_id: str) -> frozenset[str]:
    """Return the ids of all findings that inspections of a place list.

    Parameters
    ----------
    store
        The store.
    place_id
        The place.
    """
    facts = store.facts(LAYER, only=Selection("place_id", (place_id,)))
    return frozenset(finding_id for _, finding_id in _listed(facts))


def passed_over(store: Store, link: Link) -> list[str]:
    """Say what inspections of a file name and nothing counts.

    A history may begin after what it fixes, so such rows are recorded as they are.

    Parameters
    ----------
    store
        It has the rows.
    link
        That they came with.
    """
    facts = store.facts(LAYER)
    inspections = facts[facts["batch"] == link.sequence]
    return [
        *_unknown_fixes(facts, inspections),
        *_other_results(inspections),
        *_unknown_campaigns(store, inspections),
    ]


def _unknown_fixes(facts: pd.DataFrame, inspections: pd.DataFrame) -> Iterator[str]:
    pairs = {*_listed(facts)}
    unknown = [pair for pair in _fixed(inspections) if pair not in pairs]
    if unknown:
        yield sentence(
            "{findings} seen as fixed, such as {first!r}, that no inspection of the "
            "place lists: counted nowhere.",
            findings=count_text(len(unknown), "finding"),
            first=unknown[0][1],
        )


def _other_results(inspections: pd.DataFrame) -> Iterator[str]:
    is_other = inspections["result"].notna() & (inspections["kind"] != "drill")
    if count := int(is_other.sum()):
        yield sentence(
            "{checks} with a result, which drills alone have: it counts nowhere.",
            checks=count_text(count, "check"),
        )


def _unknown_campaigns(store: Store, inspections: pd.DataFrame) -> Iterator[str]:
    names = sorted({*inspections["campaign"].dropna()})
    if not names:
        return
    rules = {*store.facts("rules")["rule_id"]}
    unknown = [name for name in names if f"{CAMPAIGN}{name}" not in rules]
    if unknown:
        yield sentence(
            "{campaigns} without a rule, such as {first!r}: load the rule {rule_id!r}, "
            "or correct the id.",
            campaigns=count_text(len(unknown), "campaign"),
            first=unknown[0],
            rule_id=f"{CAMPAIGN}{unknown[0]}",
        )


def _fixed(inspections: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield place and id of every finding that is seen as fixed."""
    rows = inspections.loc[inspections["fixed"].notna(), ["place_id", "fixed"]]
    for place_id, text in rows.itertuples(index=False):
        for finding_id in orjson.loads(text):
            yield place_id, finding_id


def _listed(inspections: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield place and id of every finding that is listed."""
    rows = inspections.loc[inspections["findings"].notna(), ["place_id", "findings"]]
    for place_id, text in rows.itertuples(index=False):
        for finding in orjson.loads(text):
            yield place_id, finding["finding_id"]
