"""The sample in PostgreSQL, and many formulas evaluated in few statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from tests.formula.oracle.work import OFFICE
from tests.formula.sample import SAMPLE, SampleWorld, tables, uuid_of

from changliu.formula import EmitEnv, emit, functions_sql
from changliu.formula.model import Node
from changliu.formula.world import FieldFact, Kind, ObjectFact

CLOCK = SAMPLE["clock"]
SETTINGS = {
    "now": datetime.fromisoformat(CLOCK["now"]),
    "today": date.fromisoformat(CLOCK["today"]),
    "me": uuid_of(CLOCK["me"]),
}
BATCH = 120


Rows = dict[str, list[dict[str, Any]]]
"""Per object the rows by column, as the oracle reads them."""


def create(conn: psycopg.Connection[Any], world: SampleWorld, rows: Rows) -> None:
    """The functions, the tables and their rows."""
    conn.execute(functions_sql())
    for statement in tables(world):
        conn.execute(statement)
    schema = next(iter(world.objects.values())).schema
    write_office_days(conn, schema)
    conn.execute(f"CREATE TABLE {schema}.team_member (team uuid, member uuid)".encode())
    for name, held in rows.items():
        for row in held:
            insert(conn, world, name, row)


def write_office_days(conn: psycopg.Connection[Any], schema: str) -> None:
    """The default working calendar, and the SQL functions over it."""
    migration = files("changliu.timers") / "migrations" / "0001_calendar.sql"
    conn.execute(migration.read_text("utf-8").replace("{schema}", schema).encode())
    days = seconds = 0
    with conn.cursor().copy(f"COPY {schema}.work_day FROM STDIN") as rows:
        for day, spans in OFFICE.spans.items():
            starts, ends = [s for s, _ in spans], [e for _, e in spans]
            rows.write_row(("default", day, bool(spans), days, seconds, starts, ends, None))
            days, seconds = days + bool(spans), seconds + sum(ends) - sum(starts)


def insert(
    conn: psycopg.Connection[Any], world: SampleWorld, name: str, row: dict[str, Any]
) -> None:
    owner = world.object(name)
    columns = ", ".join(f'"{column}"' for column in row)
    marks = ", ".join(["%s"] * len(row))
    values = [Jsonb(value) if isinstance(value, dict) else value for value in row.values()]
    conn.execute(f"INSERT INTO {owner.schema}.{owner.table} ({columns}) VALUES ({marks})", values)


def sample_rows(world: SampleWorld) -> Rows:
    """The records of the sample file."""
    rows: Rows = {}
    for name, records in SAMPLE["records"].items():
        owner = world.object(name)
        rows[name] = []
        for place, (number, values) in enumerate(records.items()):
            created = datetime(2025, 1, 1, 0, 0, place, tzinfo=UTC)
            row: dict[str, Any] = {"id": uuid_of(number), "created_at": created}
            row |= columns_of(owner, values)
            rows[name].append(row)
    return rows


def columns_of(owner: ObjectFact, values: dict[str, Any]) -> dict[str, Any]:
    """Values by field name as values by column."""
    facts = {key: owner.find(key) for key in values}
    return {f.column or "": stored(f, values[key]) for key, f in facts.items() if f is not None}


def stored(fact: FieldFact, value: Any) -> Any:
    if value is None:
        return None
    if fact.kind is Kind.DATE:
        return date.fromisoformat(value)
    if fact.kind is Kind.DATETIME:
        return datetime.fromisoformat(value)
    if fact.kind is Kind.REF:
        return uuid_of(value)
    if fact.kind is Kind.UUIDS:
        return [uuid_of(item) for item in value]
    return Decimal(str(value)) if fact.kind is Kind.NUMBER else value


def evaluate(
    conn: psycopg.Connection[Any],
    world: SampleWorld,
    wanted: Sequence[tuple[str, Node]],
    *,
    inline: bool,
) -> list[dict[int, Any]]:
    """Per (object id, tree): its canonical value on every record, by number."""
    out: list[dict[int, Any]] = [{} for _ in wanted]
    by_object: dict[str, list[int]] = defaultdict(list)
    for index, (object_id, _) in enumerate(wanted):
        by_object[object_id].append(index)
    for object_id, indexes in by_object.items():
        for start in range(0, len(indexes), BATCH):
            batch = indexes[start : start + BATCH]
            nodes = [wanted[index][1] for index in batch]
            for number, values in select(conn, world, object_id, nodes, inline=inline):
                for index, value in zip(batch, values, strict=True):
                    out[index][number] = value
    return out


def statement(
    world: SampleWorld, object_id: str, nodes: Iterable[Node], *, inline: bool
) -> tuple[str, dict[str, Any]]:
    env = EmitEnv(timezone=CLOCK["timezone"])
    params: dict[str, Any] = {**SETTINGS, "my_tree": [uuid_of(9_000)]}
    shown = []
    for node in nodes:
        fragment = emit(node, world, object_id=object_id, env=env, inline=inline)
        params |= fragment.params
        shown.append(fragment.text)
    owner = world.object(object_id)
    columns = ", ".join([f"r.{owner.key_column}", *shown])
    source = f"{owner.schema}.{owner.table} r{env.joins.sql()}"
    return f"SELECT {columns} FROM {source}", params | env.joins.params()


def select(
    conn: psycopg.Connection[Any],
    world: SampleWorld,
    object_id: str,
    nodes: Iterable[Node],
    *,
    inline: bool,
) -> list[tuple[int, list[Any]]]:
    text, params = statement(world, object_id, nodes, inline=inline)
    rows = conn.execute(text, params).fetchall()  # type: ignore[call-overload]
    return [(row[0].int, [canonical(value) for value in row[1:]]) for row in rows]


def canonical(value: Any) -> Any:
    """A value as it travels: numbers and dates as strings, references as record numbers."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, Decimal | int):
        return number_text(Decimal(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.int
    if isinstance(value, list):
        return [canonical(item) for item in value]
    return value


def number_text(value: Decimal) -> str:
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
