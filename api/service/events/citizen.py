"""What a citizen sees of the event that it reported: steps and times, no persons."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from api.service.events.desk_words import Namer
from api.service.events.dossier import Dossier
from gis.events import PHASES, Actor, Loop
from gis.models import Instant
from layers.packs.loop_files import templates
from layers.words import Words
from layers.words.citizen import CITIZEN, NEXT_FOR_CITIZENS
from layers.words.loops import PHASES as PHASE_WORDS

BEARER: Final = Actor("reporter", is_reporter=True)
"""Who has the token of a report: may do what who reported it may."""
RIGHTS: Final = {"reopen": "reason", "evaluate": "note"}
"""Steps that are offered to it, and what its text is to each."""
TIMES: Final = {
    "reported": "received_at",
    "accepted": "accepted_at",
    "assigned": "assigned_at",
    "handled": "handled_at",
    "closed": "closed_at",
}


class PhaseRow(NamedTuple):
    """A phase on the way: done, where it stands now, or still ahead."""

    words: Words
    standing: str
    shape: str
    at: str


class Right(NamedTuple):
    """A step that a citizen may take, and the field that its text goes into."""

    action: str
    title: Words
    request_key: str
    text_name: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """What stands on the page of a citizen.

    Attributes
    ----------
    phases
        All phases in order.
    next, by
        What is next, and until when; empty where that is not known.
    forms
        What may be asked for.
    at
        When, in local time.
    """

    phases: tuple[PhaseRow, ...]
    next: Words
    by: str
    forms: tuple[Right, ...]
    at: str


def report_view(dossier: Dossier, namer: Namer, nonce: str) -> ReportView:
    """Return what a citizen sees of its event.

    Parameters
    ----------
    dossier
        The event, for the bearer of its token.
    namer
        Names of everything.
    nonce
        Begins what names the requests of the forms.
    """
    loop = dossier.loop
    template = templates()[loop.template]
    is_withdrawn = loop.state == template.withdrawn != template.path[-1]
    is_ahead = loop.is_open and loop.due_at is not None and loop.due_at > namer.now
    actions = [pair.action for pair in dossier.allowed]
    return ReportView(
        tuple(_phase(loop, phase, namer) for phase in PHASES),
        NEXT_FOR_CITIZENS["withdrawn" if is_withdrawn else loop.phase],
        namer.moment(loop.due_at) if is_ahead and loop.due_at is not None else "",
        tuple(
            Right(action, CITIZEN[action], f"{nonce}-{action}", text_name)
            for action, text_name in RIGHTS.items()
            if action in actions
        ),
        namer.moment(namer.now),
    )


def _phase(loop: Loop, phase: str, namer: Namer) -> PhaseRow:
    """Return a phase as it stands."""
    order, now = PHASES.index(phase), PHASES.index(loop.phase)
    standing, shape = ("now", "●") if order == now else ("done", "✓")
    at: Instant | None = getattr(loop, TIMES[phase])
    if order > now:
        standing, shape, at = "ahead", "○", None
    moment = "" if at is None else namer.moment(at)
    return PhaseRow(PHASE_WORDS[phase], standing, shape, moment)
