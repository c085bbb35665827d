"""Response of one place: its code, why, and since when."""

from datetime import date
from typing import Self

from pydantic import BaseModel, Field

from gis.models import SafetyCode
from layers.rating.places import PlaceExplanation


class ReasonOut(BaseModel):
    """A criterion that fired; the findings that made it are closed."""

    criterion_id: str
    code: str
    text: str
    text_zh: str
    values: dict[str, int]


class CodeSinceOut(BaseModel):
    """The code of a place since a day."""

    day: date
    code: str | None


class PlaceOut(BaseModel):
    """A place, why it has its code, and when it must be checked again."""

    place_id: str
    name: str | None
    scene: str
    grid_id: str | None
    on: date
    code: str | None
    rule_id: str
    rule_version: str
    reasons: list[ReasonOut] | None = Field(description="Null for who may not see why.")
    due_on: date | None
    overdue_days: int
    last_check: date | None
    last_drill: date | None
    history: list[CodeSinceOut] | None = Field(
        description="Null for who may not see it."
    )

    @classmethod
    def of(cls, place: PlaceExplanation, *, has_insight: bool = True) -> Self:
        """Return the response for a place.

        Parameters
        ----------
        place
            The place.
        has_insight
            Whether who asks sees why the place has its code, and its history.
        """
        explanation = place.explanation
        reasons = [
            {
                "criterion_id": reason.criterion.criterion_id,
                "code": _word(reason.criterion.code),
                "text": reason.criterion.en,
                "text_zh": reason.criterion.zh,
                "values": dict(reason.values),
            }
            for reason in explanation.reasons
        ]
        history = [{"day": c.day, "code": _word(c.code)} for c in place.history]
        return cls.model_validate(
            {
                "place_id": place.place_id,
                "name": place.name,
                "scene": place.scene,
                "grid_id": place.grid_id,
                "on": explanation.day,
                "code": _word(explanation.code),
                "rule_id": explanation.rule_id,
                "rule_version": explanation.version,
                "reasons": reasons if has_insight else None,
                "due_on": explanation.due,
                "overdue_days": explanation.overdue_days,
                "last_check": explanation.last_check,
                "last_drill": explanation.last_drill,
                "history": history if has_insight else None,
            }
        )


def _word(code: SafetyCode | None) -> str | None:
    return code.name.lower() if code else None
