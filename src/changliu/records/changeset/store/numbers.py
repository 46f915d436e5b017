"""Autonumbers: drawn from a sequence while merging or, without gaps, counted before the write.

1. `allowed`: the staged rows that passed every check.
2. `counted`: each counter of the object goes on by as many as there are; its row stays locked until
the transaction ends, so the next writer waits and a rollback gives the numbers back.
3. `good`: the rows with their numbers, in the order in which they were sent.
"""

from changliu.fields.model import Field
from changliu.fields.types.autonumber import AutonumberSettings, Part
from changliu.records.changeset.store.text import (
    HEAD,
    SENT_HEAD,
    column_of,
    kept,
    listed,
    literal,
    quote,
)
from changliu.schema.model import Catalogue, Object

COUNTED = "field text, last bigint, drawn integer"


def drawn_number(catalogue: Catalogue, field: Field, timezone: str) -> str:
    """The next number of the field's sequence `s_<n>`; a refused write leaves a gap."""
    sequence = literal(_sequence(catalogue, field))
    # The reference to n makes the subquery run once per row, not once per statement.
    drawn = f"SELECT nextval({sequence})::text AS v WHERE n.id IS NOT NULL"
    return f"(SELECT {_text(_settings(field), timezone)} FROM ({drawn}) k)"


def counted_fields(target: Object) -> tuple[Field, ...]:
    """Return the fields of an object that are numbered without gaps."""
    return tuple(
        f
        for f in target.stored
        if isinstance(f.settings, AutonumberSettings) and f.settings.no_gaps
    )


def count_rows(catalogue: Catalogue, target: Object, timezone: str) -> str:
    """`counted`: move the counters on by the rows of `allowed`; returns where each now stands.

    The first period counts on from what the sequence gave, when the field once had gaps.
    """
    counter = quote(catalogue.schema, "number_counter")
    counters = ", ".join(
        f"({literal(f.id)}, {_period(_settings(f), timezone)}, {_settings(f).start},"
        f" {literal(_sequence(catalogue, f))})"
        for f in counted_fields(target)
    )
    given = f"NOT EXISTS (SELECT 1 FROM {counter} c WHERE c.field = f.field)"
    before = (
        f"greatest(f.start - 1, CASE WHEN {given}"
        " THEN pg_sequence_last_value(f.sequence::regclass) END)"
    )
    return (
        f"INSERT INTO {counter} AS c (field, period, last, drawn)"
        f" SELECT f.field, f.period, {before} + a.drawn, a.drawn"
        f" FROM (VALUES {counters}) AS f(field, period, start, sequence)"
        " CROSS JOIN (SELECT count(*)::integer AS drawn FROM allowed) a WHERE a.drawn > 0"
        " ORDER BY f.field"
        " ON CONFLICT (field, period) DO UPDATE"
        " SET last = c.last + excluded.drawn, drawn = excluded.drawn"
        " RETURNING c.field, c.last, c.drawn"
    )


def numbered_rows(target: Object, timezone: str) -> str:
    """`good` of a create: what is allowed, with its numbers."""
    counted = {f.id for f in counted_fields(target)}
    head = ["i", "grp", "p"] + [quote(name) for name, _ in HEAD if name not in SENT_HEAD]
    parts = [listed("n", [*head, *(quote(name) for name in SENT_HEAD)])]
    parts += [
        f"{_counted(f, timezone)} AS {column_of(f)}" if f.id in counted else f"n.{column_of(f)}"
        for f in target.stored
    ]
    parts += [f"n.{name}" for name in kept(target)]
    placed = "SELECT a.*, row_number() OVER (ORDER BY a.i) AS place FROM allowed a"
    return f"SELECT {', '.join(parts)}, TRUE AS changed FROM ({placed}) n"


def _counted(field: Field, timezone: str) -> str:
    value = "(c.last - c.drawn + n.place)::text AS v"
    drawn = f"SELECT {value} FROM counted c WHERE c.field = {literal(field.id)}"
    return f"(SELECT {_text(_settings(field), timezone)} FROM ({drawn}) k)"


def _settings(field: Field) -> AutonumberSettings:
    assert isinstance(field.settings, AutonumberSettings)
    return field.settings


def _sequence(catalogue: Catalogue, field: Field) -> str:
    return quote(catalogue.schema, (field.column or "").replace("f_", "s_", 1))


def _period(settings: AutonumberSettings, timezone: str) -> str:
    return f"to_char({_today(timezone)}, {literal(settings.period)})" if settings.period else "''"


def _today(timezone: str) -> str:
    return f"%(now)s::timestamptz AT TIME ZONE {literal(timezone)}"


def _text(settings: AutonumberSettings, timezone: str) -> str:
    """The finished number of the count `k.v`; one longer than its zeros keeps all its digits."""
    return " || ".join(_piece(part, timezone) for part in settings.parts)


def _piece(part: Part, timezone: str) -> str:
    if part.role == "count":
        return f"lpad(k.v, greatest({len(part.text)}, length(k.v)), '0')"
    if part.role == "date":
        return f"to_char({_today(timezone)}, {literal(part.text)})"
    return literal(part.text).replace("%", "%%")
