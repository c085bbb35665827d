"""The data dictionary as it is answered, and a class as it is set."""

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.texts import Purpose
from layers.schema.layer import Sharing


class FieldOut(BaseModel):
    """A field of a layer."""

    layer: str
    name: str
    kind: str
    unit: str
    is_required: bool
    sharing: Sharing = Field(description="The class that is in force.")
    description: str
    owner: str
    values: list[str] = Field(description="All texts that it may have; empty: any.")
    classes: list[Sharing] = Field(
        description="Classes that it may have; a steward says which, if several."
    )


class DictionaryOut(BaseModel):
    """Every field of every layer."""

    fields: list[FieldOut]


class ClassIn(BaseModel):
    """A class for a field."""

    model_config = ConfigDict(extra="forbid", strict=True)

    sharing: Sharing
    reason: Purpose = Field(description="Why; it stands in the audit.")
