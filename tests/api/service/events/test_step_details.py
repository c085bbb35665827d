"""Every step of a history is said in the language of the page, without a code in it."""

import re

import pytest

from api.forms import Visitor
from api.schemas.loops import action_bytes
from api.schemas.whistles import whistle_bytes
from api.service.events.dossier import Party
from api.service.events.office import Claim
from api.service.events.whistles import RatingForm, WhistleForm
from gis.access import EVERYTHING
from gis.events import Action, Actor
from gis.models import Position, Status
from layers.packs.loop_files import templates
from layers.pages import page
from layers.stores.loops import Entry
from layers.words import Words
from layers.words.loops import POST_ENDED, STEPS
from support.harness.seen_text import seen_text
from support.makers.clocked_town import clock_over, run_until_idle
from support.makers.desk_towns import BODY, OPERATOR, POLICE, STEWARD, DeskTown
from support.makers.event_town import departments
from support.makers.square_town import post

LANGUAGES = ("zh-CN", "en")
BODIES = {
    "urban_management": ("城管执法队", "City Management"),
    "market_supervision": ("市场监管所", "Market Office"),
    "police": ("公安派出所", "Police Station"),
    "mediation_team": ("调解队", "Mediators"),
}
OWN = re.compile("核心|东圈|西圈")
"""Names of places of the town, which have no English."""
IDS = re.compile(r"\b(?:[0-9a-f]{8}-[0-9a-f-]{27}|K\d|pagoda)\b")
"""Ids of events and keys."""
SECOND = Party(Actor("K9", frozenset({"operator"}), tier=1), EVERYTHING)
MERGED = {"N": (0, 2), "G3": (2, 3), "G4": (3, 4)}
TEXT = "12:30"
"""What persons write here has no language."""


class ToldTown(DeskTown):
    """A town whose departments have names, in which every step was taken."""

    def __init__(self):
        super().__init__()
        frame = departments()
        for column, place in (("name_zh", 0), ("name_en", 1)):
            frame[column] = [BODIES[name][place] for name in frame["department_id"]]
        self.store.record("departments", frame)
        self.refresh()
        self.event_ids = [self.round(), self.detours(), self.summons(), self.moves()]

    def refresh(self):
        """See what was recorded."""
        self.events.intake.snapshots.refresh()
        self.events.intake.registries.refresh()

    def round(self):
        """An event that goes round, and is opened again."""
        event_id = self.report("odd")
        self.act(event_id, OPERATOR, "accept")
        self.act(event_id, OPERATOR, "assign", to="urban_management")
        self.act(event_id, OPERATOR, "note", note=TEXT)
        self.act(event_id, OPERATOR, "supervise")
        self.act(event_id, BODY, "handle")
        self.act(event_id, SECOND, "verify")
        self.act(event_id, OPERATOR, "close")
        self.act(event_id, OPERATOR, "evaluate", note=TEXT)
        self.act(event_id, OPERATOR, "reopen", reason=TEXT)
        return event_id

    def detours(self):
        """An event that is not where, what and whose it was reported to be."""
        event_id, other = self.report(), self.report()
        self.act(event_id, OPERATOR, "return", reason=TEXT, to="accepted")
        self.act(event_id, OPERATOR, "skip", reason=TEXT, to="handled")
        self.act(event_id, OPERATOR, "transfer", reason=TEXT, to="G2")
        place = Position(120.006, 30.006, "wgs84")
        self.act(event_id, OPERATOR, "relocate", reason=TEXT, position=place)
        self.act(event_id, STEWARD, "correct", reason=TEXT, to="noise")
        for target in ("water_supply", "G3", "police"):
            self.act(event_id, OPERATOR, "override", reason=TEXT, to=target)
        self.act(event_id, OPERATOR, "link", to=other)
        self.act(event_id, OPERATOR, "withdraw", reason=TEXT)
        return event_id

    def summons(self):
        """An event to which departments were summoned, of which one never came."""
        event_id = self.report()
        form = WhistleForm(("police", "mediation_team"), 20, TEXT)
        claim = Claim(OPERATOR, "whistle")
        self.office.summon(event_id, form, claim, whistle_bytes)
        whistle_id = f"{event_id}.w1"
        for _ in range(2):
            self.wait(31)
            run_until_idle(clock_over(self.events.intake))
        self.arrive(whistle_id, POLICE, "police", lon=120.035)
        self.arrive(whistle_id, POLICE, "police")
        self.solve(whistle_id, POLICE, "police", TEXT)
        rating = RatingForm(whistle_id, "police", 4, TEXT)
        self.office.rate(rating, Claim(OPERATOR, "rating"), action_bytes)
        photo = {"photo": "0" * 64, "media_type": "image/png", "width": 3, "height": 2}
        self.append(event_id, "photo", request=photo)
        return event_id

    def moves(self):
        """An event whose grid was merged with another, and whose post has ended."""
        event_id = self.report()
        self.events.town.record("posts", post("N-L", "C", "station", "S001"))
        self.events.town.publish(MERGED, "2026-10-01")
        self.wait(24 * 60)
        self.refresh()
        run_until_idle(clock_over(self.events.intake))
        [last] = [
            stored.action
            for stored in self.store.actions(event_id)
            if stored.action.action == "reassign"
        ]
        # the same by hand, with all that an earlier version may have kept
        nowhere = dict.fromkeys(("grid_id", "version")) | {"area_path": "C/W/"}
        nowhere |= {"post_id": "", "status": "community"}
        request = {"from": last.request["to"], "to": nowhere}
        self.append(event_id, "reassign", request=request, reason=POST_ENDED.line)
        return event_id

    def append(self, event_id, action, **values):
        """Write a step that nothing here takes."""
        action = Action(f"T-{action}", event_id, action, self.store.now(), **values)
        self.store.append([Entry(actions=(action,))]).result()


@pytest.fixture(scope="module")
def town():
    return ToldTown()


def history(town, event_id, language):
    """What a reader sees of the history of an event."""
    view = town.desk.event(event_id, OPERATOR, "n")
    visitor = Visitor(Words("值班员 K1", "Operator K1"), False, "TOKEN")
    values = {"root": "", "problem": None, "visitor": visitor}
    values |= {"synthetic": None, "purpose": "", "assets": ""}
    html = page("event", title=view.kind, view=view, language=language, **values)
    entries = re.findall(r"<li>\n<p><span class=\"when\">.*?</li>", html, re.DOTALL)
    assert len(entries) == len(view.history)
    return [IDS.sub("", seen_text(entry, language)) for entry in entries]


def codes(town):
    """Codes of everything that an entry may name."""
    registry = town.events.intake.registries.current
    states = {s.state for template in templates().values() for s in template.states}
    named = {*registry.scenarios.kinds, *registry.departments, *STEPS, *states}
    return named | {str(status) for status in Status} | {"community", "present"}


def test_every_step_was_taken(town):
    taken = {
        stored.action.action
        for event_id in town.event_ids
        for stored in town.store.actions(event_id)
    }
    assert taken == {*STEPS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_step_shows_anything_as_the_program_writes_it(town, language):
    for event_id in town.event_ids:
        for entry in history(town, event_id, language):
            assert not re.search(r"[{}\[\]'\"_]|None|True|False", entry), entry


def test_a_chinese_page_shows_no_code(town):
    shown = [e for i in town.event_ids for e in history(town, i, "zh-CN")]
    for entry in shown:
        assert not re.findall(r"[A-Za-z_]{3,}", entry), entry


def test_an_english_page_shows_no_chinese_and_no_code(town):
    raw = {code for code in codes(town) if "_" in code}
    shown = [e for i in town.event_ids for e in history(town, i, "en")]
    for entry in shown:
        assert not re.search(r"[\u2e80-\uffef]", OWN.sub("", entry)), entry
        assert not raw.intersection(re.findall(r"\w+", entry)), entry


def test_an_event_assigned_anew_says_from_where_to_where(town):
    by_hand, by_service, _ = history(town, town.event_ids[-1], "zh-CN")
    for part in ("所在网格：G1 → N", "责任岗位：G1-L → C-L", "网格版本：1 → 2"):
        assert part in by_service
    assert "定位：网格内 → 按社区" in by_hand
    assert "所属各圈" not in by_service


def test_a_reason_of_the_service_is_said_in_one_language(town):
    by_hand, *_ = history(town, town.event_ids[-1], "en")
    assert f"Reason: {POST_ENDED.en}" in by_hand
