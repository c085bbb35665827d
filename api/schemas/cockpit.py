"""What stands now, as the cockpit reads it: figures by their names in the registry."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from api.service.cockpit.now import Now, Setting
from layers.figures.definitions import definitions
from layers.words import Words
from layers.words.cockpit import COCKPIT


class WordsOut(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(from_attributes=True)

    zh: str
    en: str


class HeadlineOut(BaseModel):
    """A figure now, and a week ago."""

    figure: str = Field(description="Its id at `/figures`.")
    name: WordsOut
    value: int
    before: int | None = Field(
        description="Of events at the same hour a week ago, of places and areas at the "
        "end of that day; null where that is not known, or not yet."
    )


class PartOut(BaseModel):
    """Events of today of a module or line."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: WordsOut
    events: int
    open: int
    overdue: int


class DueOut(BaseModel):
    """How long until something is due."""

    model_config = ConfigDict(from_attributes=True)

    urgency: str = Field(description="late, soon, calm, or over where no time runs.")
    words: WordsOut
    at: str = Field(description="In local time; empty where no time runs.")


class EventNowOut(BaseModel):
    """An event without text and person."""

    model_config = ConfigDict(from_attributes=True)

    event_id: str
    kind: WordsOut
    state: WordsOut
    severity: int
    grid_id: str | None
    post_id: str
    occurred: str = Field(description="In local time.")
    due: DueOut


class SummonsNowOut(BaseModel):
    """A department that was summoned and still owes something."""

    model_config = ConfigDict(from_attributes=True)

    event_id: str
    department: WordsOut
    area_id: str
    due: DueOut


class PostNowOut(BaseModel):
    """A leader post with nobody on duty."""

    model_config = ConfigDict(from_attributes=True)

    post_id: str
    area_id: str
    reason: str = Field(description="vacant_post or no_one_on_duty.")
    stand_in: str | None = Field(description="The post that answers instead.")


class ColourNowOut(BaseModel):
    """A grid that has another colour than the day before."""

    model_config = ConfigDict(from_attributes=True)

    grid_id: str
    before: int = Field(description="1 green to 5 red, 0 no data.")
    level: int


class NowOut(BaseModel):
    """What stands now in an area."""

    area_id: str
    at: str = Field(description="Local time of the store, to the minute.")
    day: date = Field(description="Day at whose end places and areas are.")
    figures: list[HeadlineOut]
    modules: list[PartOut] = Field(description="Events of today, the most first.")
    lines: list[PartOut]
    events: list[EventNowOut] = Field(description="The last that came, newest first.")
    overdue: list[EventNowOut] = Field(description="The longest overdue first.")
    whistles: list[SummonsNowOut] = Field(description="The first due first.")
    vacant: list[PostNowOut]
    colours: list[ColourNowOut] = Field(description="The worst first.")
    totals: dict[str, int] = Field(description="How long each list is as a whole.")

    @classmethod
    def of(cls, now: Now) -> Self:
        """Return what stands now as it is sent."""
        names = {d.figure_id: d.name for d in definitions()}
        return cls(
            area_id=now.area_id,
            at=now.at,
            day=date.fromisoformat(now.day),
            figures=[
                HeadlineOut(
                    figure=figure,
                    name=WordsOut.model_validate(names[figure]),
                    value=value,
                    before=before,
                )
                for figure, value, before in now.figures
            ],
            modules=[PartOut.model_validate(part) for part in now.modules],
            lines=[PartOut.model_validate(part) for part in now.lines],
            events=[EventNowOut.model_validate(event) for event in now.events],
            overdue=[EventNowOut.model_validate(event) for event in now.overdue],
            whistles=[SummonsNowOut.model_validate(row) for row in now.whistles],
            vacant=[PostNowOut.model_validate(row) for row in now.vacant],
            colours=[ColourNowOut.model_validate(row) for row in now.colours],
            totals=now.totals,
        )


class PageOut(BaseModel):
    """What the scripts of the cockpit begin with; words are Chinese and English."""

    root: str
    area: str | None
    zone: str
    now: NowOut | None
    words: dict[str, tuple[str, str]]
    kinds: dict[str, tuple[str, str]]
    states: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, root: str, setting: Setting, now: NowOut | None) -> Self:
        """Return what a page below a root begins with."""
        return cls(
            root=root,
            area=None if now is None else now.area_id,
            zone=setting.zone,
            now=now,
            words=_pairs(COCKPIT),
            kinds=_pairs(setting.kinds),
            states=_pairs(setting.states),
        )


def _pairs(words: Mapping[str, Words]) -> dict[str, tuple[str, str]]:
    return {name: text.both for name, text in words.items()}
