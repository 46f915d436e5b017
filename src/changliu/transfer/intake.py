"""A file that comes over HTTP: looked at, its columns guessed, its mapping corrected and bound."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from changliu.fields.registry import FIELD_TYPES
from changliu.kit.errors import Fault, Invalid
from changliu.kit.yaml_lines import Document, dotted_path
from changliu.records.context import Context
from changliu.schema.model import Object
from changliu.transfer.binding import bind
from changliu.transfer.encoding import refused
from changliu.transfer.engine import check_rows
from changliu.transfer.guessing import (
    SAMPLED,
    DateOrder,
    Guess,
    Lists,
    date_order,
    guess,
    rule_of,
)  # fmt: skip
from changliu.transfer.heading import folded
from changliu.transfer.keying import chosen_key, gaps_of, given_columns
from changliu.transfer.mapping import Mapping as FileMapping
from changliu.transfer.model import Import
from changliu.transfer.plan import IDENTITY, OWNERSHIP, ImportPlan
from changliu.transfer.reader import (
    Layout,
    Source,
    check_table,
    count_rows,
    open_source,
    read_lines,
)
from changliu.transfer.roster import MEMBERS, guessed_teams, target_of
from changliu.transfer.totals import Total, totals_in, without
from changliu.transfer.wording import sure_words, words_of
from changliu.transfer.words import BLANK

# Values of a column that are shown, and how much of each.
SAMPLES, SAMPLE_LENGTH = 5, 80
DATES = frozenset({"date", "datetime"})


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a file found: where its rows are, how many, samples by column, columns of
    dates written with slashes, rows that sum up others."""

    source: Source
    rows: int
    samples: Mapping[str, Sequence[str]]
    dates: Mapping[str, DateOrder]
    totals: tuple[Total, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it beside the import."""
        source = self.source
        return {
            "name": source.name,
            "size": source.size,
            "encoding": source.encoding if source.sheet is None else None,
            "delimiter": source.delimiter if source.sheet is None else None,
            "sheet": source.sheet,
            "sheets": list(source.sheets),
            "header": list(source.header),
            "header_row": source.skip - source.header_rows + 1 if source.header_rows else 0,
            "header_by": source.header_by,
            "header_rows": source.header_rows,
            "merged": source.merged,
            "rows": self.rows,
            "top": [list(row) for row in source.top],
            "samples": {name: _shown(texts) for name, texts in self.samples.items()},
            "gaps": gaps_of(self.samples),
            "words": words_of(self.samples),
            "totals": [[total.row, total.line, total.text] for total in self.totals],
            "dates": {name: [list(d.formats), d.example] for name, d in self.dates.items()},
        }


class MappingBody(Document):
    """A mapping that came as JSON: its faults name keys, not lines."""

    def fault(self, code: str, path: Sequence[str | int], zh: str, en: str) -> Fault:
        """Return a fault at a key."""
        dotted = dotted_path(path)
        return Fault(code, zh, en, path=f"mapping.{dotted}" if dotted else "mapping")


def look(path: Path, name: str, layout: Layout, known: frozenset[str], into: Path) -> Look:
    """Look at a file; blocks. Raises `Invalid` (`csv.*`, `xlsx.*`, `import.too_large`)."""
    source = open_source(path, name=name, layout=layout, known=known, into=into)
    total = count_rows(source)
    check_rows(source, total)
    lines = list(islice(read_lines(source), SAMPLED))
    if not lines:
        raise refused(
            "csv.no_rows",
            name,
            None,
            "只有表头，没有数据；请在表头下填好数据再上传。",
            "there is a header and nothing below it; fill in rows and upload it again.",
        )
    check_table(source, lines)
    totals = totals_in(source, lines)
    summed = {total.row for total in totals}
    lines = [line for line in lines if line.row not in summed]
    samples = {
        column: [line.cells[at].strip() for line in lines if at < len(line.cells)]
        for at, column in enumerate(source.header)
    }
    orders = {column: date_order(texts) for column, texts in samples.items()}
    return Look(source, total, samples, {c: d for c, d in orders.items() if d}, tuple(totals))


def header_digest(header: Sequence[str]) -> str:
    """Return what makes two headers the same: their folded names, in any order."""
    return hashlib.sha256("\n".join(sorted(map(folded, header))).encode()).hexdigest()


def first_mapping(
    found: Look,
    place: tuple[Object, Lists],
    layout: Layout,
    remembered: dict[str, Any] | None,
) -> tuple[dict[str, Any], list[Guess]]:
    """Return the mapping to begin with, and what each of its columns rests on; `place` is what is
    filled: the object, its lists of lines.

    That is the one last used for this header as far as it still fits, else what can be guessed.
    """
    target, lists = place
    told = {key: value for key, value in _layout_json(layout).items() if value is not None}
    if remembered is not None:
        body = {**remembered, **told}
        columns = read_body(body).columns
        if columns.keys() <= {*found.source.header}:
            guesses = [Guess(c, rules[0].field, 1.0, "remembered") for c, rules in columns.items()]
            return body, guesses
    guesses = guess(found.source.header, target, found.samples, lists)
    key = None
    if target is not MEMBERS:
        given = given_columns(found.source.header, target, found.samples)
        key = chosen_key(target, guesses, given, found.samples)
        if key is not None and key not in guesses:
            guesses = _with_key(found.source.header, guesses, key)
    words = words_of(found.samples)
    body = {
        "null": list(BLANK),
        "columns": {g.column: _rule(g, target, words.get(g.column, ())) for g in guesses},
        **({"match": [key.field], "mode": "both"} if key else {"mode": "create"}),
        **told,
    }
    if target is MEMBERS:
        teams = guessed_teams(found.source.header, [*body["columns"]])
        body |= {"mode": "both", **({"teams": teams} if teams else {})}
    return body, guesses


def _rule(guessed: Guess, target: Object, words: Sequence[str]) -> dict[str, Any]:
    """What a mapping says of a guessed column, and of words that are sure to mean its options."""
    rule: dict[str, Any] = {**rule_of(guessed, target)}
    sure = sure_words(target.by_key.get(guessed.field), words)
    return {**rule, "values": sure} if sure else rule


def _with_key(header: Sequence[str], guesses: Sequence[Guess], key: Guess) -> list[Guess]:
    """Add the column that recognises records. A file with ids is an export of ours: its columns
    are what they are called, and nothing else."""
    kept = [g for g in guesses if key.field != IDENTITY or g.by == "name" or g.field in OWNERSHIP]
    order = {column: at for at, column in enumerate(header)}
    own = [g for g in kept if g.column != key.column]
    return sorted([*own, key], key=lambda g: order[g.column])


def read_body(body: Any) -> FileMapping:
    """Return a mapping of JSON; raises `Invalid` (`import.mapping`) at its keys."""
    try:
        return FileMapping.model_validate(body)
    except ValidationError as error:
        faults = [
            Fault(
                "import.mapping",
                f"映射的“{dotted_path(detail['loc'])}”不对：{detail['msg']}。",
                f"'{dotted_path(detail['loc'])}' of the mapping is wrong: {detail['msg']}.",
                path=f"mapping.{dotted_path(detail['loc'])}",
            )
            for detail in error.errors(include_url=False)
        ]
        raise Invalid("import.mapping", faults[0].zh, faults[0].en, faults) from error


def completed(mapping: FileMapping, described: dict[str, Any], target: Object) -> FileMapping:
    """Return the mapping with the format of every column of dates that can be read in one way."""
    columns = {
        name: [
            rule.model_copy(update={"format": (order[0][0],)})
            if (order := _order(described, name, rule, target)) and len(order[0]) == 1
            else rule
            for rule in rules
        ]
        for name, rules in mapping.columns.items()
    }
    return mapping.model_copy(update={"columns": columns, "object": target.key})


def questions(mapping: FileMapping, described: dict[str, Any], target: Object) -> list[DateOrder]:
    """Return the columns of dates that can be read in several ways."""
    return [
        DateOrder(tuple(order[0]), order[1], name)
        for name, rules in mapping.columns.items()
        for rule in rules
        if (order := _order(described, name, rule, target)) and len(order[0]) > 1
    ]


def planned(context: Context, made: Import) -> ImportPlan:
    """Return the plan of an import; raises `Invalid` (`import.mapping`) where it does not fit."""
    target = target_of(context.catalogue, made.object)
    mapping = completed(read_body(made.body), made.described, target)
    document = MappingBody("mapping", made.body)
    return bind(mapping, document, tuple(made.described["header"]), context.catalogue, FIELD_TYPES)


def source_of(made: Import, path: Path, into: Path) -> Source:
    """Open the file of an import again, as it was understood; blocks."""
    told = made.described
    layout = Layout(
        told["encoding"], told["delimiter"], told["sheet"], told["header_row"], told["header_rows"]
    )
    source = open_source(path, name=made.file, layout=layout, into=into)
    keep = made.body.get("totals") == "keep"
    return source if keep else without(source, [row for row, _, _ in told.get("totals", ())])


def _order(
    described: dict[str, Any], name: str, rule: Any, target: Object
) -> tuple[list[str], str] | None:
    field = target.by_key.get(rule.field)
    if rule.format or field is None or field.type not in DATES:
        return None
    found = described.get("dates", {}).get(name)
    return (found[0], found[1]) if found else None


def _shown(texts: Sequence[str]) -> list[str]:
    distinct = dict.fromkeys(text[:SAMPLE_LENGTH] for text in texts if text)
    return list(islice(distinct, SAMPLES))


def _layout_json(layout: Layout) -> dict[str, Any]:
    return {
        "encoding": layout.encoding, "delimiter": layout.delimiter, "sheet": layout.sheet,
        "header_row": layout.header_row, "header_rows": layout.header_rows,
    }  # fmt: skip
