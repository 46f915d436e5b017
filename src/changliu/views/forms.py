"""The form a reader gets for an object, with what the browser cannot work out of a record."""

from typing import Any
from uuid import UUID

from changliu.kit.errors import NotFound
from changliu.records.query.service import reader_of
from changliu.records.query.slots import values_of
from changliu.views.form_model import FormBody
from changliu.views.form_shown import ShownForm, generated
from changliu.views.service import Desk, Stored, forms_of
from changliu.views.shown import Json


async def form_of(desk: Desk, object_key: str, key: str | None, record_id: UUID | None) -> Json:
    """Return the form to use: `{key, label, header, tabs, slots, forms, notes}`.

    `key` chooses one of the reader's forms (`NotFound`, code `form.missing`, for any other); with a
    record `slots` are the values of the trees' slots on it, without they are null.
    """
    target = desk.object(object_key)
    found = await forms_of(desk, target.id)
    chosen = _chosen(found, key)
    sieve = desk.sieve(target.id)
    body = chosen.body if chosen else generated(sieve)
    assert isinstance(body, FormBody)
    shown = ShownForm(sieve, body)
    made: Json = {
        "object": target.key,
        "key": chosen.place.key if chosen else None,
        "version": chosen.version if chosen else None,
        "label": body.label,
        **shown.made(),
    }
    slots: list[Any] = [None] * len(shown.slots)
    if record_id is not None:
        reader = reader_of(desk.tx, desk.access, desk.catalogue)
        name = ("form", made["key"], made["version"])
        slots = await values_of(desk.tx, reader, target, record_id, shown.slots, name=name)
    forms = [{"key": each.place.key, "label": each.body.label} for each in found]
    return {**made, "slots": slots, "forms": forms, "notes": sieve.told()}


def _chosen(found: list[Stored], key: str | None) -> Stored | None:
    if key is None:
        return found[0] if found else None
    for stored in found:
        if stored.place.key == key:
            return stored
    raise NotFound(
        "form.missing",
        "没有这张表单，请刷新后另选一张。",
        "There is no such form; reload and choose another.",
    )
