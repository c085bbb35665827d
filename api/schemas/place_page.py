"""The page that the QR code of a place opens in a browser."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote

from api.service.facts.checks import RecordedCheck, mark_of
from gis.models import SCENE_NAMES, SafetyCode, Scene
from gis.safety import Checklists
from layers.packs.rulebook import Imprint
from layers.pages import page
from layers.rating.places import OpenFinding, PlaceExplanation
from layers.words import Words
from layers.words.phone import CHECK
from layers.words.vocabulary import CHINESE, CODES, PLACE_PAGE, SYNTHETIC

Row: TypeAlias = tuple[Words, Words, Words | None]
"""What is said, its value, and what is marked beside it."""
NONE: Final = PLACE_PAGE["none"]
TONES: Final = {
    None: "over",
    SafetyCode.GREEN: "calm",
    SafetyCode.YELLOW: "soon",
    SafetyCode.RED: "late",
}
"""What the style sheet of the pages calls the colours of codes."""


class ItemRow(NamedTuple):
    """An item of a checklist, as the page shows it."""

    item_id: str
    words: Words
    severity: Words


class CheckForm(NamedTuple):
    """The checklist on the page of a place, for who may inspect there.

    Attributes
    ----------
    path
        Where its forms are sent.
    form_token, request_key, page_at
        What they carry.
    about
        What is to be known of the list.
    items
        What is looked at.
    earlier
        Marks of what was found before and is open, with what is said of it.
    post
        The post that answers for the checks there; empty for none.
    notes
        What is said of a form that was just sent.
    key_id, assets
        Whose forms wait on the phone, and where the script is that sends them.
    """

    path: str
    form_token: str
    request_key: str
    page_at: str
    about: Words
    items: tuple[ItemRow, ...]
    earlier: tuple[tuple[str, Words], ...]
    post: str = ""
    notes: tuple[Words, ...] = ()
    key_id: str = ""
    assets: str = ""

    @property
    def labels(self) -> dict[tuple[str, str], Words]:
        """What its ticks are called, by name and value."""
        items = {("item", item.item_id): item.words for item in self.items}
        fixed = {
            ("fixed", item.item_id): _joined(item.words, CHECK["is_fixed"])
            for item in self.items
        }
        return items | fixed | {("earlier", mark): w for mark, w in self.earlier}


class Inside(NamedTuple):
    """What the scope of `api.deps` lets a reader see, nothing of it closed."""

    reasons: tuple[Words, ...]
    history: tuple[tuple[str, Words], ...]


def place_page(
    place: PlaceExplanation,
    imprint: Imprint,
    *,
    root: str = "",
    language: str = CHINESE,
    has_insight: bool = False,
    check: CheckForm | None = None,
) -> str:
    """Return a page in HTML that needs nothing from outside.

    Parameters
    ----------
    place
        The place.
    imprint
        What is printed of the town.
    root
        Path before those of the service, without a slash at its end.
    language
        Which is seen; both stand in the page.
    has_insight
        Whether the reader sees why the place has its code, and its history.
    check
        The checklist; None for who may not inspect there.
    """
    explanation, name = place.explanation, place.name or place.place_id
    title = PLACE_PAGE["title"]
    return page(
        "place",
        title=Words(f"{name} · {title.zh}", f"{name} · {title.en}"),
        root=root,
        language=language,
        caption=title,
        tone=TONES[explanation.code],
        code=CODES[explanation.code],
        heading=name,
        place_id=place.place_id,
        rows=[*_rows(place)],
        inside=_inside(place) if has_insight else None,
        visitor=check,
        key_id="" if check is None else check.key_id,
        assets="" if check is None else check.assets,
        page_at="" if check is None else check.page_at,
        check=check,
        notes=() if check is None else check.notes,
        synthetic=SYNTHETIC if imprint.is_synthetic else None,
        town=imprint.words,
        day=explanation.day.isoformat(),
    )


def check_form(
    place_id: str,
    scene: str,
    lists: Checklists,
    earlier: Sequence[OpenFinding],
    signature: tuple[str, str, str],
) -> CheckForm:
    """Return the checklist of a place.

    Parameters
    ----------
    place_id, scene
        The place.
    lists
        Those in force.
    earlier
        What is open there; of it the severity and the day are shown.
    signature
        What its forms carry: `form_token`, `request_key` and `page_at`.
    """
    return CheckForm(
        f"/enterprises/{quote(place_id, safe='')}",
        *signature,
        Words(lists.zh, lists.en),
        tuple(
            ItemRow(item.item_id, Words(item.zh, item.en), CHECK[item.severity])
            for item in lists.scenes[Scene(scene)]
        ),
        tuple((mark_of(finding.finding_id), _since(finding)) for finding in earlier),
    )


def recorded_words(
    check: RecordedCheck, code: SafetyCode | None, due: dt.date | None
) -> tuple[Words, Words]:
    """Return what is said of a check that was recorded, and of the place since.

    Parameters
    ----------
    check
        What was recorded.
    code, due
        Of the place now.
    """
    counts = check._asdict()
    words = CHECK["recorded" if any(counts.values()) else "recorded_nothing"]
    day, code_words = _day(due, NONE), CODES[code]
    return _filled(words, **counts), Words(
        CHECK["now"].zh.format(code=code_words.zh.split()[0], day=day.zh),
        CHECK["now"].en.format(code=code_words.en.split(":")[0].lower(), day=day.en),
    )


def _since(finding: OpenFinding) -> Words:
    severity, words = CHECK[finding.severity], CHECK["since"]
    return Words(
        words.zh.format(severity=severity.zh, day=finding.since),
        words.en.format(severity=severity.en, day=finding.since),
    )


def _rows(place: PlaceExplanation) -> Iterator[Row]:
    """Yield what everybody may see."""
    explanation = place.explanation
    late = None
    if explanation.overdue_days:
        late = _filled(PLACE_PAGE["overdue"], days=explanation.overdue_days)
    last_check = _day(explanation.last_check, PLACE_PAGE["never"])
    yield PLACE_PAGE["last_check"], last_check, None
    yield PLACE_PAGE["next_check"], _day(explanation.due, NONE), late
    yield PLACE_PAGE["scene"], Words(*SCENE_NAMES[Scene(place.scene)]), None
    grid = Words(place.grid_id, place.grid_id) if place.grid_id else NONE
    yield PLACE_PAGE["grid"], grid, None


def _inside(place: PlaceExplanation) -> Inside:
    criteria = [reason.criterion for reason in place.explanation.reasons]
    return Inside(
        tuple(Words(criterion.zh, criterion.en) for criterion in criteria),
        tuple(
            (change.day.isoformat(), CODES[change.code])
            for change in reversed(place.history)
        ),
    )


def _day(day: dt.date | None, otherwise: Words) -> Words:
    return otherwise if day is None else Words(day.isoformat(), day.isoformat())


def _filled(words: Words, **values: object) -> Words:
    return Words(words.zh.format(**values), words.en.format(**values))


def _joined(words: Words, suffix: Words) -> Words:
    return Words(f"{words.zh}：{suffix.zh}", f"{words.en} {suffix.en}")
