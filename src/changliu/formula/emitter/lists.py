"""Lists, JSON, choices and references."""

from changliu.formula.emitter.fragment import TREE_PARAM
from changliu.formula.emitter.machine import Emitter
from changliu.formula.emitter.row import FX, TYPES, Row, identifier, quoted
from changliu.formula.model import Call, Kind, Literal

_OPERATORS = {"HAS": "@>", "HASALL": "@>", "HASANY": "&&", "HASNONE": "&&"}
_JSON = {"GET": "json_text", "GETNUM": "json_number", "GETDATE": "json_date"}


def held(emitter: Emitter, node: Call, row: Row) -> str:
    """HAS, HASALL, HASANY, HASNONE."""
    whole, *values = node.args
    items = ", ".join(emitter.value(value, row) for value in values)
    array = f"ARRAY[{items}]::{TYPES[whole.kind]}"
    found = f"({emitter.value(whole, row)} {_OPERATORS[node.name]} {array})"
    return f"({found} IS NOT TRUE)" if node.name == "HASNONE" else found


def size(emitter: Emitter, node: Call, row: Row) -> str:
    """SIZE of a list or of JSON."""
    value = emitter.coerced(node.args[0], node.args[0].kind, row)
    if node.args[0].kind in (Kind.MULTI, Kind.UUIDS):
        return f"COALESCE(cardinality({value}), 0)::numeric"
    return f"COALESCE({FX}.json_size({value}::jsonb), 0)"


def json_value(emitter: Emitter, node: Call, row: Row) -> str:
    """GET, GETNUM, GETDATE, GETBOOL, HASKEY."""
    source, *keys = node.args
    value = emitter.coerced(source, Kind.JSON, row)
    written = ", ".join(quoted(str(k.value)) for k in keys if isinstance(k, Literal))
    path = f"ARRAY[{written}]::text[]"
    if node.name == "GETBOOL":
        return f"(({value} #> {path}) = 'true'::jsonb)"
    if node.name == "HASKEY":
        return f"(({value} #> {path}) IS NOT NULL)"
    return f"{FX}.{_JSON[node.name]}({value} #> {path})"


def key(emitter: Emitter, node: Call, row: Row) -> str:
    """KEY of a choice."""
    return emitter.coerced(node.args[0], node.args[0].kind, row)


def label(emitter: Emitter, node: Call, row: Row) -> str:
    """LABEL of a choice."""
    return emitter.text(node.args[0], row)


def place(emitter: Emitter, node: Call, row: Row) -> str:
    """OPTIONINDEX of a choice."""
    choice = node.args[0]
    options = emitter.options(choice, row)
    if not options:
        return "NULL::numeric"
    whens = " ".join(f"WHEN {quoted(o.key)} THEN {at}" for at, o in enumerate(options, 1))
    return f"(CASE {emitter.value(choice, row)} {whens} END)::numeric"


def joined(emitter: Emitter, node: Call, row: Row) -> str:
    """JOIN of a multiple choice: its labels."""
    choices, *written = node.args
    separator = "".join(str(arg.value) for arg in written if isinstance(arg, Literal))
    separator = separator if written else "、"
    options = [option for option in emitter.options(choices, row) if option.names]
    keys = ", ".join(quoted(option.key) for option in options)
    labels = ", ".join(quoted(option.names[0]) for option in options)
    value = emitter.value(choices, row)
    shown = f"ARRAY[{keys}]::text[], ARRAY[{labels}]::text[]"
    return f"{FX}.labels({value}, {shown}, {quoted(separator)})"


def is_my_team(emitter: Emitter, node: Call, row: Row) -> str:
    """ISMYTEAM: ids of teams and of members never meet, so one list answers for both."""
    value = emitter.coerced(node.args[0], Kind.REF, row)
    tree = f"%({TREE_PARAM})s::uuid[]"
    people = f"{identifier(row.object.schema)}.team_member"
    return (
        f"({value} IN (SELECT %({emitter.env.me_param})s::uuid UNION ALL SELECT unnest({tree})"
        f" UNION ALL SELECT member FROM {people} WHERE team = ANY({tree})))"
    )


def is_me(emitter: Emitter, node: Call, row: Row) -> str:
    """ISME."""
    return f"({emitter.coerced(node.args[0], Kind.REF, row)} = %({emitter.env.me_param})s::uuid)"
