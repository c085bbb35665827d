"""Open events that a change lists are those that the service moves."""

from api.service.versions.ground_facts import ReviewTerms
from api.service.versions.review import gather_review
from gis.events import Changes
from layers.figures.review import HandedOver
from layers.stores.loops import Entry
from support.makers.change_files import change_of, split_and_merged
from support.makers.clocked_town import ClockedTown
from support.makers.loop_entries import action_of
from support.makers.square_town import TIMEZONE, local


def handed(clocked: ClockedTown, day: str = "2026-10-01") -> tuple[HandedOver, ...]:
    """The events that change hands where G4 takes G3, and G5 the west of G2."""
    store = clocked.store
    change = change_of(split_and_merged(store))
    review = gather_review(store, change, local(day), ReviewTerms(TIMEZONE))
    return review.caseload.records["event"] or ()


def test_listed_events_are_those_that_the_service_moves() -> None:
    clocked = ClockedTown()
    g1, g3 = ({"grid_id": g, "area_path": f"C/E/{g}/"} for g in ("G1", "G3"))
    ids = [
        clocked.report("put elsewhere, on ground that changes", lon=120.025),
        clocked.report("put into what is retired", lon=120.005),
        clocked.report("put where it lies, which is retired", lon=120.026),
        clocked.report("of another kind", lon=120.027),
        clocked.report("outside, put into what stays", lon=120.045),
        clocked.report("outside, put into what is retired", lon=120.046),
    ]
    puts = [
        *((ids[0], "override", g1), (ids[1], "transfer", g3)),
        *((ids[2], "override", g3), (ids[3], "correct", {"kind": "noise"})),
        *((ids[4], "override", g1), (ids[5], "override", g3)),
    ]
    for event_id, name, values in puts:
        action = action_of(event_id, name, changes=Changes(values))
        clocked.store.append([Entry(actions=(action,))]).result()
    listing = {r.record_id: (r.before, r.after) for r in handed(clocked)}
    assert listing == {
        ids[1]: ("G3", "G1"),
        ids[2]: ("G3", "G4"),
        ids[3]: ("G3", "G4"),
        ids[5]: ("G3", None),
    }


def test_events_that_a_rule_kept_are_listed_once_their_version_is_in_force() -> None:
    clocked = ClockedTown()
    event_id = clocked.report("kept", lon=120.005)
    elsewhere = Changes({"grid_id": "G2", "area_path": "C/W/G2/"})
    # as the service would have left it: nobody put it there
    action = action_of(event_id, "note", changes=elsewhere)
    clocked.store.append([Entry(actions=(action,))]).result()
    [record] = handed(clocked)
    assert (record.record_id, record.before, record.after) == (event_id, "G2", "G1")
