"""A list request, resolved: outputs, condition, scope, order. Trees only; SQL is the store's."""

from dataclasses import dataclass, field, replace
from typing import Any

from changliu.fields.attached import is_file_field
from changliu.fields.model import Field
from changliu.fields.types.lines import LINES
from changliu.formula import FormulaError, Mode, compile_text
from changliu.formula.model import Column, Concat, Kind, Node, TrueNode
from changliu.formula.world import FieldFact
from changliu.kit.errors import Fault, Invalid
from changliu.records.query.model import MAX_FIELDS, MAX_SORTS, ListRequest
from changliu.records.query.paths import Path, own_path, refused, resolve
from changliu.records.query.reader import Reader
from changliu.records.query.searched import Search, search_of
from changliu.records.query.trash import DELETED_AT, DELETED_BY, restorable
from changliu.records.query.width import check_width
from changliu.schema.lines import BUILT_IN, lines_fields
from changliu.schema.model import Object

# What every record carries beside its values (design §6), in wire order.
ENVELOPE = ("version", "created_at", "created_by", "updated_at", "updated_by", "owner", "team")
NEVER_BLANK = frozenset({"id", "version", "created_at", "updated_at", DELETED_AT})
UNSORTABLE = frozenset({Kind.MULTI, Kind.JSON, Kind.CHILDREN, Kind.UUIDS})
MAX_TITLE_HOPS = 3


@dataclass(frozen=True, slots=True)
class Output:
    """One value of every row: its key, tree and how it is written to the wire.

    `column` is the physical column when it is one of the row's own; `field` the stored field that
    renders it, when one does; `target` the object behind ids; `masked` shows only the ends.
    """

    name: str
    node: Node
    kind: Kind
    fact: FieldFact | None = None
    field: Field | None = None
    column: str | None = None
    system: bool = False
    masked: bool = False

    @property
    def target(self) -> str | None:
        """The object whose titles stand beside the ids, if the value is a reference."""
        is_reference = self.kind in {Kind.REF, Kind.UUIDS}
        return self.fact.target if self.fact and is_reference else None

    @property
    def holds_files(self) -> bool:
        """Whether the value is a list of files."""
        return self.field is not None and is_file_field(self.field)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of the order: blanks come last in both directions.

    `choices` are option keys in the order in which they rank; `column` is the physical column when
    it is one of the row's own, which an index can serve; `indexed` says that one serves anything
    else.
    """

    node: Node
    kind: Kind
    descending: bool
    choices: tuple[str, ...] = ()
    column: str | None = None
    nullable: bool = True
    integer: bool = False
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class ListPlan:
    """Everything the store needs to write the statement of a list.

    `lines` are the fields whose lists of lines are read beside the rows.
    `rows` is the caller's scope, `where` the filter, `search` what `q` looks into.
    """

    object: Object
    outputs: tuple[Output, ...]
    sorts: tuple[SortKey, ...]
    rows: Node
    where: Node
    search: Search | None = None
    by_ids: bool = False
    deleted: bool = False
    lines: tuple[Field, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def id_descending(self) -> bool:
        """The direction of the tie-break: against the first key.

        The standard indexes are (…, created_at DESC, id): read forwards they give created_at
        descending with id ascending, read backwards the mirror image.
        """
        return not self.sorts[0].descending


def plan_list(reader: Reader, request: ListRequest) -> ListPlan:
    """Resolve a list request; `Invalid` with the place of every mistake it can name."""
    closed = request.ids is not None
    found = (reader.catalogue if closed else reader).object(request.object)
    search = _searched(reader, found, request) if request.q else None
    heads = envelope(reader, found, (DELETED_AT, DELETED_BY) if request.deleted else ())
    latest = DELETED_AT if request.deleted else "created_at"
    plan = ListPlan(
        found,
        (*heads, *value_outputs(reader, found, request)),
        _sorts(reader, found, request.sort or (f"-{latest}",)),
        restorable(reader, found) if request.deleted else reader.rows(found.id),
        condition(reader, found, request.filter),
        search,
        closed or request.among is not None,
        request.deleted,
        _lines(reader, found, request),
    )
    typed = (*(o.node for o in plan.outputs), *(k.node for k in plan.sorts), plan.where)
    check_width(typed, "fields")
    return plan


def _searched(reader: Reader, found: Object, request: ListRequest) -> Search:
    """What `q` looks into: keys, and the title as it is where keys say nothing of it."""
    keyed = Search(found.title_field) if request.deleted else search_of(reader, found)
    text = None if found.title_field in keyed.names else title_text(reader, found.id)
    if text is None and not keyed.looks:
        raise _no_title(found.key)
    return replace(keyed, text=text)


def condition(reader: Reader, found: Object, text: str) -> Node:
    """Compile a filter as the caller; `Invalid` with start and end when it is wrong."""
    if not text.strip():
        return TrueNode()
    try:
        world = reader.catalogue.world
        return compile_text(text, world, found.id, Mode.CONDITION, reader.readable).node
    except FormulaError as error:
        raise refused("filter", error) from error


def envelope(reader: Reader, found: Object, more: tuple[str, ...] = ()) -> tuple[Output, ...]:
    """Return the outputs every record has: title and system columns, and `more` of these."""
    title = title_text(reader, found.id)
    outputs = [Output("title", title, Kind.TEXT, system=True)] if title else []
    for name in (*ENVELOPE, *more):
        path = own_path(reader, found.id, name, name)
        outputs.append(Output(name, path.node, path.kind, path.fact, None, path.column, True))
    return tuple(outputs)


def title_text(reader: Reader, object_id: str, prefix: tuple[str, ...] = ()) -> Node | None:
    """Return the tree of an object's title as text, or None when the caller may not read it."""
    fact = reader.catalogue.world.object(object_id)
    title = fact.fields.get(fact.title) if fact.title else None
    if title is None or title.id == "id" or not reader.readable(object_id, title.id):
        return None
    path = (*prefix, title.id)
    if title.kind is Kind.REF and title.target and len(path) < MAX_TITLE_HOPS:
        return title_text(reader, title.target, path)
    column = Column(path, kind=title.kind)
    return column if title.kind is Kind.TEXT else Concat((column,))


def output_of(path: Path) -> Output:
    """Return the output of a path; a stored field of the catalogue renders itself."""
    return Output(path.text, path.node, path.kind, path.fact, path.field, path.column)


def sort_key(reader: Reader, path: Path, *, descending: bool) -> SortKey:
    """Return the key that orders by a path: references by title (by id where the caller reads
    none), choices by their rank."""
    if path.kind in UNSORTABLE:
        raise Invalid(
            "query.sort", "有排序无法使用。", "A sort cannot be used.", [_unsortable(path.text)]
        )
    if path.kind is Kind.REF and path.fact.target and path.fact.id != "id":
        title = title_text(reader, path.fact.target, path.node.path)
        if title is not None:
            return SortKey(title, Kind.TEXT, descending)
    choices = tuple(o.key for o in path.fact.options) if path.kind is Kind.CHOICE else ()
    nullable = not (path.column and path.fact.id in NEVER_BLANK)
    integer = path.fact.integer
    own = path.field is not None and len(path.node.path) == 1 and path.field.indexed
    key = SortKey(path.node, path.kind, descending, choices, path.column, nullable, integer)
    return replace(key, indexed=own)


def _lines(reader: Reader, found: Object, request: ListRequest) -> tuple[Field, ...]:
    """Lines come with a record read by its id; in a list only where they are named."""
    known = tuple(f for f in lines_fields(found) if reader.shown(found.id, f.id))
    if request.fields is None:
        return known if request.ids is not None else ()
    return tuple(f for f in known if set(f.names) & set(request.fields))


def line_outputs(reader: Reader, line: Object) -> tuple[Output, ...]:
    """Return what a line shows: its readable fields without those built in."""
    own = [f for f in line.fields if f.key not in BUILT_IN and reader.shown(line.id, f.id)]
    return tuple(_shown(reader, line, f) for f in own)


def value_outputs(reader: Reader, found: Object, request: ListRequest) -> list[Output]:
    """Return what the request's fields show; raises `Invalid` with the place of a mistake."""
    if request.fields is None:
        own = [f for f in found.fields if f.type != LINES and reader.shown(found.id, f.id)]
        return [_shown(reader, found, f) for f in own]
    if len(request.fields) > MAX_FIELDS:
        raise _too_many("fields", MAX_FIELDS)
    texts = dict.fromkeys(request.fields)
    hidden = [f for f in map(found.by_key.get, texts) if f and _is_masked(reader, found, f)]
    covered = {f.key for f in hidden}
    covered |= {name for f in _lines(reader, found, request) for name in f.names}
    paths = [resolve(reader, found.id, text, "fields") for text in texts if text not in covered]
    for path in paths:
        if path.kind is Kind.CHILDREN:
            raise Invalid(
                "query.fields", "有字段无法使用。", "A field cannot be used.", [_a_list(path.text)]
            )
    outputs = [output_of(p) for p in paths if not (p.fact.system and len(p.node.path) == 1)]
    return [*outputs, *(_shown(reader, found, f) for f in hidden)]


def _is_masked(reader: Reader, found: Object, field: Field) -> bool:
    return reader.shown(found.id, field.id) and reader.masked(found.id, field.id)


def _shown(reader: Reader, found: Object, field: Field) -> Output:
    """A field of the object itself, masked where the caller may see no more."""
    output = output_of(own_path(reader, found.id, field.id, field.key))
    return replace(output, masked=reader.masked(found.id, field.id))


def _sorts(reader: Reader, found: Object, texts: tuple[str, ...]) -> tuple[SortKey, ...]:
    if len(texts) > MAX_SORTS:
        raise _too_many("sort", MAX_SORTS)
    keys = []
    for text in texts:
        name = text.removeprefix("-").removeprefix("+")
        path = resolve(reader, found.id, name, "sort")
        keys.append(sort_key(reader, path, descending=text.startswith("-")))
    return tuple(keys)


def _too_many(part: str, limit: int) -> Invalid:
    return Invalid(
        "query.too_many",
        f"{part} 最多 {limit} 项，请减少后再试。",
        f"At most {limit} items in {part}; use fewer.",
        [Fault("query.too_many", f"最多 {limit} 项。", f"At most {limit} items.", part)],
    )


def _no_title(key: str) -> Invalid:
    zh = f"“{key}”没有你可读的可搜索字段，不能用 q 搜索；请改用 filter。"
    en = f"'{key}' has no field you may read that q looks into; use filter."
    return Invalid("query.search", zh, en, [Fault("query.search", zh, en, "q")])


def _unsortable(text: str) -> Fault:
    return Fault(
        "query.sort",
        f"“{text}”是列表或结构数据，不能排序，请换一个字段。",
        f"'{text}' holds a list or structured data and cannot be sorted by; choose another field.",
        "sort",
    )


def _a_list(text: str) -> Fault:
    return Fault(
        "query.children",
        f"“{text}”是下级记录的列表，请用汇总公式，或直接查询该对象。",
        f"'{text}' is a list of child records: use a roll-up, or list that object.",
        "fields",
    )
