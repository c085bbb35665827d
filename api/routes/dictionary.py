"""Every field, and who sees it."""

from dataclasses import asdict

from fastapi import APIRouter, Depends, Request, Response

from api.admission import JsonDoor
from api.deps import Reader, caller_of, registries_of
from api.errors import answers, problem
from api.schemas.dictionary import ClassIn, DictionaryOut, FieldOut
from api.security import ANYBODY, Access
from api.service.facts.classes import ClassOrder, entry_of, set_class
from api.service.facts.dictionary import data_dictionary
from gis.access import Act

router = APIRouter(route_class=JsonDoor, prefix="/dictionary", tags=["published"])


@router.get("", dependencies=[Depends(ANYBODY)])
def dictionary(request: Request) -> DictionaryOut:
    """Return every field: layer, kind, unit, class in force, description, owner."""
    entries = data_dictionary(registries_of(request).current.classes)
    fields = [FieldOut.model_validate(asdict(entry)) for entry in entries]
    return DictionaryOut(fields=fields)


@router.put(
    "/{layer}/{field}",
    response_model=FieldOut,
    dependencies=[Depends(Access(Act.CLASSES))],
    responses=answers(404, 409, 415, 422),
)
def set_field_class(
    layer: str, field: str, body: ClassIn, request: Request, reader: Reader
) -> FieldOut | Response:
    """Give a field a class: open, conditional or closed; every door obeys at once."""
    registries = registries_of(request)
    entry = entry_of(registries, layer, field)
    if entry is None:
        return problem(
            404,
            "unknown-field",
            f"There is no field {field!r} of a layer {layer!r}; see /dictionary.",
            "没有这个图层字段，请查看 /dictionary。",
        )
    if len(entry.classes) == 1:
        return problem(
            409,
            "fixed-class",
            f"The field {field!r} of the layer {layer!r} is {entry.sharing} for good: "
            "the service answers with it, or the schema closes it; set the class of a "
            "field that has several in /dictionary.",
            f"字段 {layer}.{field} 的共享类别固定为 {entry.sharing}，不能更改；"
            "请在 /dictionary 中选择 classes 多于一种的字段。",
        )
    order = ClassOrder(entry, body.sharing, body.reason)
    set_class(reader.store, registries, caller_of(request), order)
    current = entry_of(registries, layer, field)
    return FieldOut.model_validate(asdict(current or entry))
