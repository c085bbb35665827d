"""Definitions of figures as they are answered."""

from typing import Self

from pydantic import BaseModel, Field

from layers.figures.definitions import Definition


class DefinitionOut(BaseModel):
    """What a figure means."""

    id: str
    name: str
    name_zh: str
    definition: str
    definition_zh: str
    unit: str
    owner: str
    formula: str
    is_answered: bool = Field(description="By /circles/{id}/figures and its like.")
    report: list[str] = Field(description="Columns of a report; * is any end.")

    @classmethod
    def of(cls, definition: Definition) -> Self:
        """Return a definition as it is answered."""
        return cls(
            id=definition.figure_id,
            name=definition.name.en,
            name_zh=definition.name.zh,
            definition=definition.definition.en,
            definition_zh=definition.definition.zh,
            unit=definition.unit,
            owner=definition.owner,
            formula=definition.formula,
            is_answered=definition.is_answered,
            report=[*definition.report],
        )


class DefinitionsOut(BaseModel):
    """Every figure that a door or a report shows."""

    figures: list[DefinitionOut]
