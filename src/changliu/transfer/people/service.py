"""Verbs on a person's data, with the rights of the one who asks."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from changliu.access.model import Verb
from changliu.access.shares import list_shares
from changliu.access.standing import stand
from changliu.fields.attached import is_file_field
from changliu.fields.model import Field
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.lines import LinesSettings
from changliu.identity.guard import Session
from changliu.kit.errors import Problem
from changliu.kit.secrets import Signer
from changliu.records.changeset.participant import Participant
from changliu.records.context import Context
from changliu.records.history.erasure.model import Erasers
from changliu.records.history.erasure.service import Erasure, erase
from changliu.records.history.service import HistoryRequest, history_entries
from changliu.records.query.model import MAX_LIMIT, ListRequest, Page, WireRecord
from changliu.records.query.reader import Reader
from changliu.records.query.service import fetch, list_records, missing, reader_of
from changliu.records.timeline.service import timeline_page
from changliu.records.timeline.store import read_behind
from changliu.schema.lines import lines_fields
from changliu.schema.model import Object
from changliu.transfer.people.model import MOST_ENTRIES, MOST_FOUND, EraseBody, Place, Receipt


async def find_person(context: Context, text: str, signer: Signer) -> list[dict[str, Any]]:
    """Return `{object, label, fields, records: [{id, title, deleted}], more}` for every object in
    which the caller reads a personal field, its own or of its lines, with this value as the field's
    type understands it; records in the trash (`deleted`) where the caller could restore them."""
    found = []
    for target in context.catalogue.objects:
        wanted = _conditions(context, target, text)
        if not wanted:
            continue
        asked = ListRequest(target.key, filter=" OR ".join(wanted.values()), limit=MOST_FOUND)
        pages = [(False, await _listed(context, asked, signer))]
        if context.access.predicate(target.id, Verb.DELETE) is not None:
            pages.append((True, await _listed(context, replace(asked, deleted=True), signer)))
        records = [
            {"id": item["id"], "title": item["title"], "deleted": deleted}
            for deleted, page in pages
            for item in page.items
        ]
        if records:
            found.append({
                "object": target.key, "label": target.label, "fields": list(wanted),
                "records": records, "more": any(page.next is not None for _, page in pages),
            })  # fmt: skip
    return found


async def _listed(context: Context, asked: ListRequest, signer: Signer) -> Page:
    return await list_records(context.tx, context.access, context.catalogue, asked, signer)


async def person_data(context: Context, place: Place, signer: Signer) -> dict[str, Any]:
    """Return all that one record holds of a person, as the caller reads it: `{record, timeline,
    shares, files, complete}`; the timeline holds history and what refers to the record. Of a record
    in the trash that the caller could restore it is its history.

    Raises `NotFound` as the record would.
    """
    reader = reader_of(context.tx, context.access, context.catalogue)
    target = reader.object(place.object)
    live = await fetch(context.tx, context.access, context.catalogue, target, [place.id])
    record = live[0] if live else await _trashed(context, target, place.id, signer)
    if live:
        timeline, complete = await _timeline(context, target, place.id, signer)
        shares = await list_shares(await stand(context.tx, context.actor, target.key, place.id))
    else:
        rows = await read_behind(context.tx, target.id, [place.id], None, MOST_ENTRIES)
        past = [row for _, row in rows]
        entries = await history_entries(context.tx, reader, target, place.id, past)
        timeline = [{"kind": "history", "at": e["at"], "history": e} for e in entries]
        shares, complete = [], len(rows) < MOST_ENTRIES
    files = [
        file for f in target.fields if is_file_field(f)
        for file in record["values"].get(f.key) or ()
    ]  # fmt: skip
    files += [file for e in timeline if e["kind"] == "comment" for file in e["comment"]["files"]]
    return {
        "record": record, "timeline": timeline, "shares": shares, "files": files,
        "complete": complete,
    }  # fmt: skip


async def _trashed(context: Context, target: Object, record: UUID, signer: Signer) -> WireRecord:
    """A record in the trash, for those who could restore it."""
    if context.access.predicate(target.id, Verb.DELETE) is not None:
        asked = ListRequest(target.key, ids=(record,), deleted=True)
        for item in (await _listed(context, asked, signer)).items:
            return item
    raise missing()


async def _timeline(
    context: Context, target: Object, record: UUID, signer: Signer
) -> tuple[list[dict[str, Any]], bool]:
    """A record's timeline, newest first, and whether it is all of it."""
    timeline: list[dict[str, Any]] = []
    cursor = ""
    while len(timeline) < MOST_ENTRIES:
        asked = HistoryRequest(record, MAX_LIMIT, cursor)
        page = await timeline_page(context, target, asked, signer)
        timeline += page.items
        cursor = page.next or ""
        if not cursor:
            break
    return timeline, not cursor


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
    """Conditions by what they look at: personal fields the caller may name, of the object and of
    its lines, where the text is a value."""
    reader = reader_of(context.tx, context.access, context.catalogue)
    if target.lines_of is not None or not reader.may_list(target.id):
        return {}
    found = {key: f"[{key}] = {value}" for key, value in _values(reader, target, text).items()}
    for holder in lines_fields(target):
        assert isinstance(holder.settings, LinesSettings)
        if not reader.readable(target.id, holder.id):
            continue
        line = context.catalogue.object(holder.settings.object)
        for key, value in _values(reader, line, text).items():
            found[f"{holder.key}.{key}"] = f"EXISTS([{holder.key}], [{key}] = {value})"
    return found


def _values(reader: Reader, target: Object, text: str) -> dict[str, str]:
    """The text as a formula writes it, by key of the personal fields it is a value of."""
    fields = [f for f in target.stored if f.personal and reader.readable(target.id, f.id)]
    meant = {f.key: value for f in fields if (value := _meant(f, text)) is not None}
    return {key: f'"{_quoted(value)}"' for key, value in meant.items()}


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
