"""What a record is found by: one text and one list of keys, made by the database from its values.

`spelled` holds, per field, every character with how it is read; a search matches it by a regular
expression. `keys` (a tsvector) holds pairs of neighbours, which an index answers:

    张伟A → ⟨field⟩ ▸张·zhang ▸伟·wei ▸a
    keys: zw wa (first letters) · /zhang/wei /wei/a /wei/ (readings) · ^zhang/wei (the beginning)

Case, width and spaces do not count, traditional characters count as simplified.
"""

from collections.abc import Iterable

from psycopg import sql

from changliu.fields.model import Field

# Separate fields, characters and readings; no value holds them: whatever is not above a space is
# left out.
FIELD, CHARACTER, READING = "\x03", "\x01", "\x02"
# Characters of a value that are searched.
LONGEST = 1_000


def keyed_rows(fields: Iterable[Field], alias: str) -> str:
    """Return a subselect (spelled, keys) of a row's fields; NULL where all are blank."""
    listed = ", ".join(
        f"({at}, {sql.Literal(field.id).as_string()}, {_text(field, alias)})"
        for at, field in enumerate(fields)
    )
    characters = (
        f"SELECT v.at AS f, v.field, x.at, coalesce(h.simple, x.c) AS ch, h.reads"
        f" FROM (VALUES {listed}) AS v(at, field, value)"
        f" CROSS JOIN LATERAL unnest(string_to_array("
        f"lower(normalize(left(v.value, {LONGEST}), NFKC)), NULL)) WITH ORDINALITY AS x(c, at)"
        " LEFT JOIN changliu_fx.hz h ON h.ch = x.c"
        " WHERE x.c COLLATE \"C\" > ' '"
    )
    neighbours = (
        "SELECT c.f, c.at, c.field, c.ch, c.reads, lag(c.at) OVER w IS NULL AS first,"
        " coalesce(c.reads, ARRAY[c.ch]) AS says, lead(c.ch) OVER w AS next_ch,"
        " lead(c.reads) OVER w AS next_reads"
        f" FROM ({characters}) c WINDOW w AS (PARTITION BY c.f ORDER BY c.at)"
    )
    return (
        f"SELECT string_agg({_segment()}, '' ORDER BY n.f, n.at) AS spelled,"
        f" array_to_tsvector(string_to_array(string_agg({_keys()}, ' '), ' ')) AS keys"
        f" FROM ({neighbours}) n"
    )


def _segment() -> str:
    return (
        "CASE WHEN n.first THEN E'\\x03' || n.field ELSE '' END || E'\\x01' || n.ch"
        " || coalesce(E'\\x02' || array_to_string(n.reads, E'\\x02'), '')"
    )


def _keys() -> str:
    """The keys of a character and its neighbour, between spaces; nearly all are read in one way."""
    one = _pair("coalesce(n.reads[1], n.ch)", "coalesce(n.next_reads[1], n.next_ch)")
    many = (
        f"(SELECT string_agg({_pair('a.a', 'b.b')}, ' ')"
        " FROM unnest(n.says) a(a),"
        " unnest(coalesce(n.next_reads, ARRAY[n.next_ch])) b(b))"
    )
    several = "cardinality(n.reads) > 1 OR cardinality(n.next_reads) > 1"
    return f"CASE WHEN {several} THEN {many} ELSE {one} END"


def _pair(one: str, two: str) -> str:
    hz = "n.reads IS NOT NULL OR n.next_reads IS NOT NULL"
    return (
        f"nullif(concat_ws(' ', left({one}, 1) || left({two}, 1),"
        f" CASE WHEN {hz} THEN '/' || {one} || '/' || coalesce({two}, '') END,"
        f" CASE WHEN n.first THEN '^' || {one} || '/' || coalesce({two}, '') END), '')"
    )


def _text(field: Field, alias: str) -> str:
    column = sql.Identifier(alias, field.column or "").as_string()
    digits = f"regexp_replace({column}, '[^0-9]', '', 'g')"
    return digits if field.type == "phone" else column
