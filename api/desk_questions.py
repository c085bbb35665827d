"""What an address of the desk asks for, and what stands under its box."""

from typing import Annotated, Final, Literal, NamedTuple, TypeAlias
from urllib.parse import parse_qsl, urlencode

from fastapi import Query

from api.refusals import RequestError
from api.schemas.desk_fields import Fields, text_of
from api.schemas.search import read_query
from api.schemas.sentences import sentences
from api.schemas.texts import Id, LongId
from api.service.cockpit.call import MOST_CHOICES, CallDesk, Caller, CallView
from api.service.events.desk import PAGE_EVENTS
from api.service.events.intake import REPORT
from api.service.events.pages import PageQuery
from layers.gazetteer import LEAST
from layers.words import Words
from layers.words.answers import HOLDING_REASONS
from layers.words.desk import CALL
from layers.words.loops import STEPS

LONGEST_FIND: Final = 200
LONGEST_QUERY: Final = 5000
Datum: TypeAlias = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]


class DeskQuestion(NamedTuple):
    """What an address of the desk says beside which events are listed.

    Attributes
    ----------
    find, at, datum
        What the box is asked for, what of it was chosen, and the datum of a position.
    sent, event, token
        Of the form that was just sent: its step, its event, or the token of that.
    """

    find: str
    at: str
    datum: str
    sent: str
    event: str
    token: str

    @property
    def query(self) -> str:
        """What comes back to the same answer."""
        datum = "" if self.datum == "wgs84" else self.datum
        values = {"find": self.find, "at": self.at, "datum": datum}
        return urlencode({name: value for name, value in values.items() if value})


def question_of(
    find: Annotated[str, Query(max_length=LONGEST_FIND)] = "",
    at: Annotated[str, Query(max_length=LONGEST_FIND)] = "",
    datum: Annotated[Datum, Query()] = "wgs84",
    sent: Annotated[str, Query(max_length=40)] = "",
    event: Annotated[LongId | Literal[""], Query()] = "",
    token: Annotated[str, Query(max_length=LONGEST_FIND)] = "",
) -> DeskQuestion:
    """Return what an address of the desk asks for."""
    return DeskQuestion(find.strip(), at, datum, sent, event, token)


def listed_of(
    state: Annotated[Id | Literal[""], Query()] = "",
    kind: Annotated[Id | Literal[""], Query()] = "",
    overdue: Annotated[Literal["true", ""], Query()] = "",
    after: Annotated[LongId | Literal[""], Query()] = "",
) -> PageQuery:
    """Return which events an address of the desk asks for."""
    return PageQuery(state, kind, "", overdue == "true", after, PAGE_EVENTS)


def answer_of(
    desk: CallDesk, question: DeskQuestion, caller: Caller
) -> tuple[CallView, Words | None]:
    """Return what stands under the box, and what is wrong with what is asked for.

    Parameters
    ----------
    desk
        Answers.
    question
        What is asked for.
    caller
        Who asks.
    """
    if question.at:
        answer = desk.answer(question.at, caller)
        return CallView(answer), None if answer else CALL["gone"]
    if not question.find:
        return CallView(), None
    try:
        query = read_query(question.find, None, MOST_CHOICES)
    except RequestError:
        query = None
    view = desk.view(question.find, query, question.datum, caller)
    if view.answer is None and not view.choices:
        return view, CALL["too_short" if len(question.find) < LEAST else "nothing"]
    return view, None


def sentence_of(view: CallView) -> Words | None:
    """Return what is said of a position that no grid holds; None for any other.

    Parameters
    ----------
    view
        The answer.
    """
    owner = view.answer.owner if view.answer else None
    if owner is None or owner.assignment.grid_id is not None:
        return None
    en, zh = sentences(owner.assignment, owner.neighbour)
    return Words(zh, en)


def stand_in_of(view: CallView) -> Words | None:
    """Return why another post answers than the area's own; None where its own does.

    Parameters
    ----------
    view
        The answer.
    """
    reason = view.answer.reason if view.answer else ""
    if not reason:
        return None
    why, words = HOLDING_REASONS.get(reason, Words(reason)), CALL["stands_in"]
    return Words(words.zh.format(why=why.zh), words.en.format(why=why.en))


def address_of(question: DeskQuestion, view: CallView) -> str:
    """Return the address that stands first in the form of an event.

    Parameters
    ----------
    question, view
        What is asked for, and the answer.
    """
    answer = view.answer
    if answer is None or (answer.choice is None and answer.position is None):
        return question.find
    return (answer.choice.address or question.find) if answer.choice else ""


def notes_of(question: DeskQuestion, event_id: str | None) -> list[tuple[Words, str]]:
    """Return what is said of the form that was just sent, and of which event.

    Parameters
    ----------
    question
        What the address says of it.
    event_id
        The event of its token; None for none.

    Examples
    --------
    >>> [(words, event)] = notes_of(DeskQuestion("", "", "", "accept", "E-1", ""), None)
    >>> words.en, event
    ('Done (Accept): ', 'E-1')
    """
    if event_id:
        return [(CALL["sent_report"], event_id)]
    if question.sent in STEPS and question.sent != REPORT and question.event:
        step, words = STEPS[question.sent], CALL["sent_step"]
        zh, en = words.zh.format(step=step.zh), words.en.format(step=step.en)
        return [(Words(zh, en), question.event)]
    return []


def back_of(fields: Fields) -> str:
    """Return the query of the page that a form came from.

    Parameters
    ----------
    fields
        What the form says.

    Examples
    --------
    >>> back_of({"question": ["find=a+b&sent=accept"], "action": ["accept"]})
    'find=a+b'
    """
    before = dict(parse_qsl(text_of(fields, "question")[:LONGEST_QUERY]))
    names = ("find", "at", "datum")
    values = {name: before[name][:LONGEST_FIND] for name in names if name in before}
    return urlencode(values)
