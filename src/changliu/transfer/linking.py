"""Columns that name other records, members or teams: looked up, or made where they are missing."""

from collections.abc import Collection
from uuid import UUID

from changliu.identity.directory import people_called, teams_named
from changliu.identity.service import SYSTEM_NAMES, system_actor
from changliu.records.changeset.model import Change
from changliu.records.context import Context
from changliu.transfer.cells import (
    Batch,
    CellFault,
    Names,
    fill_links,
    makes_missing,
    names_in,
    names_of_row,
    texts_of,
)
from changliu.transfer.people_words import told_apart
from changliu.transfer.plan import BoundColumn
from changliu.transfer.sweep import Sweep, submitted

Texts = list[str | None]
# Names that cannot be linked, and what to say of them.
Told = dict[str, CellFault]


async def link(
    context: Context, sweep: Sweep, column: BoundColumn, batch: Batch, made: dict[str, int]
) -> None:
    """Fill a column whose cells name other records, members or teams; `made` counts, by object,
    the records made because they were missing."""
    texts = texts_of(column, batch.lines)
    names = names_in(column, texts)
    told: Told = {}
    if column.role == "member":
        fill_links(column, batch, texts, await _people(context, column, names))
        return
    if column.role == "team":
        found = _texts(await teams_named(context.tx, names))
    else:
        assert column.target is not None
        assert column.by is not None
        place = column.target.key, column.by.key
        found = await sweep.memory.names.resolve(context, *place, names)
        if makes_missing(column):
            told = await _make(context, sweep, column, _wanted(column, batch, texts, found))
            before = found
            found = await sweep.memory.names.resolve(context, *place, names)
            for name in (name for name in found if found[name] and not before[name]):
                batch.made.append(_rows_naming(column, texts, name))
                if sweep.memory.is_new(place[0], name):
                    made[place[0]] = made.get(place[0], 0) + 1
    fill_links(column, batch, texts, Names(found, told))


async def _people(context: Context, column: BoundColumn, names: Collection[str]) -> Names:
    """Return the enabled members names stand for, what to say where several have one, and who can
    no longer be chosen: the disabled, and the system."""
    found, told, gone = {}, {}, {}
    for name, known in (await people_called(context.tx, names)).items():
        people = [person for person in known if not person.disabled]
        found[name] = [str(person.id) for person in people]
        if len(people) > 1:
            words = told_apart(context.actor, name, people)
            told[name] = CellFault(column.header, "import.ambiguous", *words, name)
        gone[name] = [str(person.id) for person in known if person.disabled]
    for name in gone.keys() & set(SYSTEM_NAMES.values()):
        gone[name].append(str((await system_actor(context.tx)).member))
    return Names(found, told, gone)


def _texts(found: dict[str, list[UUID]]) -> dict[str, list[str]]:
    return {name: [str(id_) for id_ in ids] for name, ids in found.items()}


def _wanted(
    column: BoundColumn, batch: Batch, texts: Texts, found: dict[str, list[str]]
) -> list[str]:
    """Return the missing names of rows that are still to be written."""
    return sorted(
        {
            name
            for index, text in enumerate(texts)
            if batch.comes_to_something(index)
            for name in names_of_row(column, text)
            if not found[name]
        }
    )


async def _make(context: Context, sweep: Sweep, column: BoundColumn, names: list[str]) -> Told:
    """Make the records of these names, as the importer; return why some could not be made."""
    assert column.target is not None
    assert column.by is not None
    key, by = column.target.key, column.by.key
    changes = [Change("create", key, values={by: name}) for name in names]
    told: Told = {}
    for name, result in zip(names, (await submitted(context, sweep, changes)).rows, strict=True):
        if result.id is not None and not result.refused:
            sweep.memory.names.learn(key, by, name, result.id)
        else:
            why = result.faults[0]
            label = column.target.label
            told[name] = CellFault(
                column.header,
                "import.not_made",
                f"没能新建{label['zh-CN']}“{name[:40]}”：{why.zh}",
                f"the {label['en']} '{name[:40]}' could not be made: {why.en}",
                name,
            )
    return told


def _rows_naming(column: BoundColumn, texts: Texts, name: str) -> set[int]:
    return {i for i, text in enumerate(texts) if name in names_of_row(column, text)}
