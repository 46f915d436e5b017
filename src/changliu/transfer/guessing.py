"""Which column fills which field: by names, by what people call a kind of field, by its values.

Every possible pair gets a confidence; the surest pairs are taken first, each column and each field
once. A person corrects what was guessed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from changliu.fields.model import Field
from changliu.fields.refusal import Refused
from changliu.fields.types.region import region_of
from changliu.kit.errors import Invalid
from changliu.schema.lines import lines_fields
from changliu.schema.model import Catalogue, Object
from changliu.transfer.heading import folded
from changliu.transfer.mapping import Mapping as FileMapping
from changliu.transfer.roster import MEMBERS
from changliu.transfer.words import KINDS, MEMBER_WORDS, OWNERSHIP_WORDS

By = Literal["name", "synonym", "kind", "similar", "values", "remembered"]
# Fields of lines, each with its line object.
Lists = tuple[tuple[Field, Object], ...]
# How sure a guess is, by what it rests on.
SURE: dict[By, float] = {
    "remembered": 1.0, "name": 1.0, "synonym": 0.9, "kind": 0.8, "similar": 0.6, "values": 0.5,
}  # fmt: skip
# Share of the sampled values that must look like a phone number for the column to hold them.
LOOKS = 0.8
# Values looked at to tell what a column holds.
SAMPLED = 1_000

_SHAPES: dict[str, Callable[[str], object]] = {
    "phone": re.compile(r"(\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}").fullmatch,
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}").fullmatch,
    "url": re.compile(r"https?://\S+").fullmatch,
    "date": re.compile(r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?.*").fullmatch,
}
# Amounts counted in 万, as headers say it: 金额（万元）, 金额/万, 金额（单位：万元）, 金额万元.
_COUNTED = re.compile(
    r"(?:[(（/:：\s](?:单位[:：]?)?|(?=[千百]?[千万亿]元))(?P<unit>千|万|百万|千万|亿)(?:元|人民币)?[)）]?\s*$"
)
_FACTORS = {"千": "1000", "万": "10000", "百万": "1000000", "千万": "10000000", "亿": "100000000"}
_COUNTABLE = frozenset({"money", "number", "integer"})
_SLASHED = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})")


@dataclass(frozen=True, slots=True)
class Guess:
    """A field for a column: how sure (0 to 1), resting on what."""

    column: str
    field: str
    confidence: float
    by: By

    def as_json(self) -> dict[str, Any]:
        """Return `{column, field, confidence, by}`."""
        return {
            "column": self.column, "field": self.field, "confidence": self.confidence,
            "by": self.by,
        }  # fmt: skip


def fillable(target: Object) -> tuple[Field, ...]:
    """Return the fields a file may fill."""
    return tuple(f for f in target.stored if not f.read_only and f.type != "autonumber")


def names_of(target: Object) -> frozenset[str]:
    """Return the folded names by which a header of this object is known."""
    own = {folded(name) for field in target.stored for name in _names(field)}
    more = [map(folded, w) for w in MEMBER_WORDS.values()] if target is MEMBERS else ()
    return frozenset(own.union(*OWNERSHIP_WORDS.values(), *KINDS.values(), *more))


def lists_of(catalogue: Catalogue, target: Object) -> Lists:
    """Return the object's fields of lines, each with the line object."""
    fields = lines_fields(target)
    return tuple((f, catalogue.object(str(getattr(f.settings, "object", "")))) for f in fields)


def guess(
    header: Sequence[str],
    target: Object,
    samples: Mapping[str, Sequence[str]],
    lists: Lists = (),
) -> list[Guess]:
    """Return at most one guess per column, none of them twice for a field.

    Columns of lines are known by the names exports give them; one list of lines is filled.
    """
    computed = _computed(target)
    header = [column for column in header if folded(column) not in computed]
    lines = {column: found for column in header if (found := _line_field(column, lists))}
    holder = next(iter(lines.values()), "").partition(".")[0]
    pairs = [
        Guess(column, field, SURE["name"], "name")
        for column, field in lines.items()
        if field.startswith(f"{holder}.")
    ]
    pairs += [
        Guess(column, field, SURE[by], by)
        for column in header
        if column not in lines
        for field, by in _pairs(column, target, samples.get(column, ()))
    ]
    order = {column: at for at, column in enumerate(header)}
    pairs.sort(key=lambda g: (-g.confidence, order[g.column]))
    taken: dict[str, Guess] = {}
    filled: set[str] = set()
    for pair in pairs:
        if pair.column not in taken and pair.field not in filled:
            taken[pair.column] = pair
            filled.add(pair.field)
    return [taken[column] for column in header if column in taken]


def _computed(target: Object) -> frozenset[str]:
    """Folded names of what is worked out, and of nothing a file may fill."""
    open_to_files = {folded(name) for f in fillable(target) for name in _names(f)}
    others = (f for f in target.fields if f not in fillable(target))
    return frozenset(folded(name) for f in others for name in f.names) - open_to_files


def rule_of(guessed: Guess, target: Object) -> dict[str, str]:
    """Return what a mapping says of a guessed column: its field, and its scale where the header
    counts in 万 and the field does not."""
    rule = {"field": guessed.field}
    field = target.by_key.get(guessed.field)
    counted = _COUNTED.search(guessed.column)
    if counted is None or field is None or field.type not in _COUNTABLE:
        return rule
    if any(_COUNTED.search(name) for name in _names(field)):
        return rule
    return {**rule, "scale": _FACTORS[counted["unit"]]}


def guess_mapping(header: Sequence[str], target: Object, lists: Lists = ()) -> FileMapping:
    """Map columns called after fields; raises `Invalid` when none is."""
    guesses = guess(header, target, {}, lists)
    found = {g.column: rule_of(g, target) for g in guesses if g.by in ("name", "synonym")}
    if not found:
        raise Invalid(
            "import.no_columns",
            f"没有一列的名字是“{target.label['zh-CN']}”的字段，请用 --map 给出映射文件。",
            f"No column is named after a field of '{target.label['en']}'; give a mapping file"
            " with --map.",
        )
    return FileMapping.model_validate({"columns": found})


def _line_field(column: str, lists: Lists) -> str | None:
    """The field of lines a column is called after: `lines.product`, also in the words of labels."""
    head, dot, rest = column.partition(".")
    for holder, line in lists if dot else ():
        if folded(head) in {folded(name) for name in holder.names}:
            own = (f for f in fillable(line) if folded(rest) in {folded(n) for n in f.names})
            found = next(own, None)
            return f"{holder.key}.{found.key}" if found is not None else None
    return None


def _names(field: Field) -> tuple[str, ...]:
    return (*field.names, *field.synonyms)


def _pairs(column: str, target: Object, sample: Sequence[str]) -> Iterator[tuple[str, By]]:
    name = folded(column)
    bare = folded(re.sub(r"[(（].*?[)）]", "", column)) or name
    for field in fillable(target):
        own = {folded(word) for word in field.names}
        if {name, bare} & own:
            yield field.key, "name"
        elif {name, bare} & {folded(word) for word in field.synonyms}:
            yield field.key, "synonym"
        elif bare in KINDS.get(field.type, ()):
            sure = field.type == "region" and read_as_places(sample)
            yield field.key, "synonym" if sure else "kind"
        elif any(
            len(word) > 1 and len(bare) > 1 and (word in bare or bare in word) for word in own
        ):
            yield field.key, "similar"
        elif looks_like(field.type, sample):
            yield field.key, "values"
    for key, words in OWNERSHIP_WORDS.items():
        # Where members work is read from the columns of their teams.
        if bare in words and target is not MEMBERS:
            yield key, "synonym"


def read_as_places(sample: Sequence[str]) -> bool:
    """Say whether values are provinces, cities or districts: 华东 or an office are none."""
    filled = [text for text in sample if text]
    return len(filled) > 0 and sum(map(_is_place, filled)) >= LOOKS * len(filled)


def _is_place(text: str) -> bool:
    try:
        return region_of(text) is not None
    except Refused:
        return False


def looks_like(kind: str, sample: Sequence[str]) -> bool:
    """Say whether values have the shape of a type of field that has one, such as phone."""
    shape = _SHAPES.get(kind)
    filled = [text for text in sample if text]
    return bool(
        shape
        and len(filled) > 1
        and sum(1 for text in filled if shape(text)) >= LOOKS * len(filled)
    )


@dataclass(frozen=True, slots=True)
class DateOrder:
    """How a column of dates such as 3/5/24 is to be read: the formats that fit all of it."""

    formats: tuple[str, ...]
    example: str
    column: str = ""

    def readings(self) -> list[dict[str, str]]:
        """Return `{format, date}` for the example in every possible reading."""
        return [{"format": f, "date": _read(self.example, f)} for f in self.formats]


def date_order(sample: Sequence[str]) -> DateOrder | None:
    """Say how day and month of a column stand, None where none of it is written with slashes."""
    parts = [(m, text) for text in sample if (m := _SLASHED.fullmatch(text.strip()))]
    if not parts:
        return None
    mark = parts[0][1].strip()[len(parts[0][0][1])]
    year = "%Y" if len(parts[0][0][3]) == 4 else "%y"
    month_first = all(int(m[1]) <= 12 for m, _ in parts)
    day_first = all(int(m[2]) <= 12 for m, _ in parts)
    orders = [("%m", "%d")] * month_first + [("%d", "%m")] * day_first
    formats = [f"{one}{mark}{two}{mark}{year}" for one, two in orders]
    if year == "%y" and all(int(m[2]) <= 12 and int(m[3]) <= 31 for m, _ in parts):
        formats.append(f"%y{mark}%m{mark}%d")
    example = next((t for m, t in parts if m[1] != m[2]), parts[0][1]).strip()
    return DateOrder(tuple(formats), example)


def _read(text: str, form: str) -> str:
    try:
        return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 -- a day
    except ValueError:
        return ""
