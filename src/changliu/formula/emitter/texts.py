"""Texts. Letters fold by ASCII only, the same on every server; an empty result is NULL."""

from changliu.formula.emitter.arguments import Templates
from changliu.formula.emitter.machine import Emitter
from changliu.formula.emitter.row import FX, Row
from changliu.formula.formats import date_format, number_format
from changliu.formula.model import Call, Concat, Kind, Literal

_SPACE = r"[ \t\n\r\u00a0\u3000]+"
_EMAIL = "^[A-Za-z0-9._%%+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$"
_DATE_PARTS = {
    "yyyy": "YYYY", "MM": "MM", "M": "FMMM", "dd": "DD", "d": "FMDD",
    "HH": "HH24", "H": "FMHH24", "mm": "MI", "ss": "SS",
}  # fmt: skip

TEXTS: Templates = {
    "LEN": "COALESCE(length({0:s}), 0)::numeric",
    "LEFT": ("NULLIF(left({0:s}, 1), '')", "NULLIF(left({0:s}, {1:i}), '')"),
    "RIGHT": ("NULLIF(right({0:s}, 1), '')", "NULLIF(right({0:s}, {1:i}), '')"),
    "MID": f"{FX}.mid({{0:s}}, {{1:n}}, {{2:i}})",
    "UPPER": 'upper({0:s} COLLATE "C")',
    "LOWER": 'lower({0:s} COLLATE "C")',
    "TRIM": f"NULLIF(btrim(regexp_replace({{0:s}}, '{_SPACE}', ' ', 'g'), ' '), '')",
    "CLEAN": r"NULLIF(regexp_replace({0:s}, '[\x01-\x1f\x7f]', '', 'g'), '')",
    "FIND": ("NULLIF(strpos({1:s}, {0:s}), 0)::numeric", f"{FX}.find({{0:s}}, {{1:s}}, {{2:n}})"),
    "SEARCH": (
        'NULLIF(strpos(lower({1:s} COLLATE "C"), lower({0:s} COLLATE "C")), 0)::numeric',
        f'{FX}.find(lower({{0:s}} COLLATE "C"), lower({{1:s}} COLLATE "C"), {{2:n}})',
    ),
    "SUBSTITUTE": f"{FX}.substitute({{0:s}}, {{1:s}}, {{2:s}})",
    "REPLACE": f"{FX}.splice({{0:s}}, {{1:n}}, {{2:i}}, {{3:s}})",
    "REPT": f"{FX}.repeat({{0:s}}, {{1:i}})",
    "EXACT": "({0:s} IS NOT DISTINCT FROM {1:s})",
    "SAMETEXT": '(lower({0:s} COLLATE "C") IS NOT DISTINCT FROM lower({1:s} COLLATE "C"))',
    "VALUE": f"{FX}.number({{0:s}})",
    "PADLEFT": (
        f"{FX}.pad({{0:s}}, {{1:i}}, '0', true)",
        f"{FX}.pad({{0:s}}, {{1:i}}, {{2:s}}, true)",
    ),
    "PADRIGHT": (
        f"{FX}.pad({{0:s}}, {{1:i}}, '0', false)",
        f"{FX}.pad({{0:s}}, {{1:i}}, {{2:s}}, false)",
    ),
    "SPLIT": f"{FX}.part({{0:s}}, {{1:s}}, {{2:n}})",
    "BEFORE": f"{FX}.before({{0:s}}, {{1:s}})",
    "AFTER": f"{FX}.after({{0:s}}, {{1:s}})",
    "DIGITS": "NULLIF(regexp_replace({0:s}, '[^0-9]', '', 'g'), '')",
    "MASK": f"{FX}.mask({{0:s}}, {{1:i}}, {{2:i}})",
    "REVERSE": "reverse({0:s})",
    "COUNTTEXT": f"{FX}.occurrences({{0:s}}, {{1:s}})",
    "ISNUMBER": f"({FX}.number({{0:s}}) IS NOT NULL)",
    "ISEMAIL": f"({{0:s}} COLLATE \"C\" ~ '{_EMAIL}')",
    "ISMOBILE": "({0:s} COLLATE \"C\" ~ '^1[3-9][0-9]{{9}}$')",
    "RMB": f"{FX}.rmb({{0:n}})",
    "NEWLINE": "chr(10)",
    "TITLE": "{0:s}",
    "ID": "{0:v}::text",
}


def searched(emitter: Emitter, node: Call, row: Row) -> str:
    """CONTAINS, STARTSWITH, ENDSWITH: LIKE for a written part, so that an index can serve."""
    text, part = node.args
    subject = emitter.text(text, row)
    if isinstance(part, Literal) and part.value:
        before = "" if node.name == "STARTSWITH" else "%"
        after = "" if node.name == "ENDSWITH" else "%"
        pattern = before + _escaped(str(part.value)) + after
        return f"({subject} LIKE {emitter.constant(pattern, 'text')})"
    sought = emitter.text(part, row)
    if node.name == "CONTAINS":
        return f"(strpos({subject}, {sought}) > 0)"
    if node.name == "STARTSWITH":
        return f"starts_with({subject}, {sought})"
    return f"starts_with(reverse({subject}), reverse({sought}))"


def formatted(emitter: Emitter, node: Call, row: Row) -> str:
    """TEXT(value, format)."""
    value = node.args[0]
    if len(node.args) == 1 or value.kind is Kind.BLANK:
        return emitter.text(value, row)
    written = node.args[1].value if isinstance(node.args[1], Literal) else None
    number = number_format(str(written))
    if value.kind is Kind.NUMBER and number is not None:
        flags = f"{number.places}, {number.grouped}, {number.percent}"
        return f"{FX}.number_text({emitter.value(value, row)}, {flags})"
    parts = date_format(str(written)) or ()
    pattern = "".join(_DATE_PARTS.get(part, f'"{part}"') for part in parts)
    local = emitter.value(value, row)
    local = emitter.local(local) if value.kind is Kind.DATETIME else f"{local}::timestamp"
    return f"{FX}.moment_text({local}, '{pattern}')"


def joined(emitter: Emitter, node: Call, row: Row) -> str:
    """TEXTJOIN(separator, value…)."""
    separator, *values = (emitter.text(arg, row) for arg in node.args)
    return f"{FX}.joined({separator}, ARRAY[{', '.join(values)}])"


def concatenated(emitter: Emitter, node: Call, row: Row) -> str:
    """CONCAT(value…), the same as `&`."""
    return emitter.concat(Concat(node.args), row)


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
