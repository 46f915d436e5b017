"""Verbs on a person's data, with the rights of the one who asks."""

from typing import Any
from uuid import UUID

from changliu.access.shares import list_shares
from changliu.access.standing import stand
from changliu.fields.attached import is_file_field
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.identity.guard import Session
from changliu.kit.errors import Problem
from changliu.kit.secrets import Signer
from changliu.records.changeset.participant import Participant
from changliu.records.context import Context
from changliu.records.history.erasure.model import Erasers
from changliu.records.history.erasure.service import Erasure, erase
from changliu.records.history.service import HistoryRequest
from changliu.records.query.model import MAX_LIMIT, ListRequest
from changliu.records.query.service import get_record, list_records, reader_of
from changliu.records.timeline.service import timeline_page
from changliu.schema.model import Object
from changliu.transfer.people.model import MOST_ENTRIES, MOST_FOUND, EraseBody, Place, Receipt


async def find_person(context: Context, text: str, signer: Signer) -> list[dict[str, Any]]:
    """Return `{object, label, records: [{id, title, fields}], more}` for every object in which the
    caller reads a personal field with this value, as the field's type understands it."""
    found = []
    for target in context.catalogue.objects:
        wanted = _conditions(context, target, text)
        if not wanted:
            continue
        asked = ListRequest(target.key, filter=" OR ".join(wanted.values()), limit=MOST_FOUND)
        page = await list_records(context.tx, context.access, context.catalogue, asked, signer)
        if not page.items:
            continue
        records = [{"id": item["id"], "title": item["title"]} for item in page.items]
        found.append({
            "object": target.key, "label": target.label, "fields": list(wanted),
            "records": records, "more": page.next is not None,
        })  # fmt: skip
    return found


async def person_data(context: Context, place: Place, signer: Signer) -> dict[str, Any]:
    """Return all that one record holds of a person, as the caller reads it: `{record, timeline,
    shares, files, complete}`; the timeline holds history and what refers to the record.

    Raises `NotFound` as the record would.
    """
    reader = reader_of(context.tx, context.access, context.catalogue)
    target = reader.object(place.object)
    record = await get_record(context.tx, context.access, context.catalogue, target, place.id)
    timeline: list[dict[str, Any]] = []
    cursor = ""
    while len(timeline) < MOST_ENTRIES:
        asked = HistoryRequest(place.id, MAX_LIMIT, cursor)
        page = await timeline_page(context, target, asked, signer)
        timeline += page.items
        cursor = page.next or ""
        if not cursor:
            break
    standing = await stand(context.tx, context.actor, target.key, place.id)
    files = [
        file for f in target.fields if is_file_field(f)
        for file in record["values"].get(f.key) or ()
    ]  # fmt: skip
    files += [file for e in timeline if e["kind"] == "comment" for file in e["comment"]["files"]]
    return {
        "record": record, "timeline": timeline, "shares": await list_shares(standing),
        "files": files, "complete": not cursor,
    }  # fmt: skip


async def erase_person(
    session: Session, participants: tuple[Participant, ...], erasers: Erasers, wanted: EraseBody
) -> Receipt:
    """Erase a person from records, each in a transaction of its own, and say what came of it.

    One record that is refused keeps no other from being erased.
    """
    receipt = Receipt([], [])
    for place in dict.fromkeys(wanted.records):
        values = wanted.values.get(place.object, {})
        erasure = Erasure(place.object, place.id, wanted.reason, values)
        told: dict[str, Any] = {"object": place.object, "id": place.id}
        try:
            done = await erase(session, participants, erasers, erasure)
        except Problem as problem:
            if problem.status >= 500:
                raise
            message = problem.zh if session.language == "zh-CN" else problem.en
            receipt.refused.append({**told, "code": problem.code, "message": message})
            continue
        receipt.erased.append({**told, **done.as_json()})
    return receipt


def _conditions(context: Context, target: Object, text: str) -> dict[str, str]:
    """Conditions by field key: personal fields the caller may name, where the text is a value."""
    reader = reader_of(context.tx, context.access, context.catalogue)
    if target.lines_of is not None or not reader.may_list(target.id):
        return {}
    fields = [f for f in target.stored if f.personal and reader.readable(target.id, f.id)]
    values = {f.key: value for f in fields if (value := _meant(f, text)) is not None}
    return {key: f'[{key}] = "{_quoted(value)}"' for key, value in values.items()}


def _meant(field: Field, text: str) -> str | None:
    """The text as the field would store it, None where it is no value of the field."""
    cells = FIELD_TYPES[field.type].parse([text], field)
    value = cells.values[0]
    return value if isinstance(value, str) and not _is_id(value) else None


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _quoted(value: str) -> str:
    return value.replace('"', '""')
