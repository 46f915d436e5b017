"""Random rows for the sample objects, blanks and extremes included."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from tests.formula.database import Rows
from tests.formula.sample import SampleWorld, uuid_of

from changliu.formula.world import FieldFact, Kind

COUNTS = {"用户": 6, "线索": 24, "客户": 8, "合同": 14, "回款": 40, "商机": 14, "任务": 30}

NUMBERS = [
    "0", "1", "-1", "5", "0.1", "-0.005", "2.345", "99.995", "100", "8000000", "12345.6789",
    "-77.7", "1e30", "-1e30", "1e-15", "123456789012345678901234567890.123456789", "0.333333333333",
]  # fmt: skip
TEXTS = [
    "张三", "VIP", "13800138000", "a@b.cn", " 空 格 ", "1,234.5", "12%", "2025-01-31", "100%s",
    "a_b\\c", "It's \"x\"", "😀é", "官网", "x" * 300, "A-B-C", "\u3000全角", "line\nbreak\ttab",
]  # fmt: skip
DATES = [
    date(2025, 4, 2), date(2025, 4, 1), date(2025, 3, 3), date(2024, 2, 29), date(2025, 1, 31),
    date(1999, 12, 31), date(1, 1, 1), date(9999, 12, 31), date(2025, 4, 6), date(2025, 12, 29),
]  # fmt: skip
TIMES = [
    datetime(2025, 4, 2, 2, 30, tzinfo=UTC), datetime(2025, 4, 1, 15, 59, 59, tzinfo=UTC),
    datetime(2025, 4, 1, 16, 0, tzinfo=UTC), datetime(2025, 3, 31, 17, 30, 0, 250000, tzinfo=UTC),
    datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 12, 20, tzinfo=UTC),
    datetime(2024, 12, 31, 16, 0, tzinfo=UTC), datetime(2025, 2, 28, 4, 5, 6, 7, tzinfo=UTC),
]  # fmt: skip
DOCUMENTS: list[Any] = [
    {"n": 5, "bad": "x", "ok": True, "day": "2025-01-31", "城市": "苏州", "deep": {"a": [1, 2]}},
    {"n": "12", "bad": [1], "ok": "true", "day": "2025-02-30", "deep": {"a": []}},
    {"n": None, "bad": {}, "ok": False, "day": 7, "城市": "", "deep": 3},
    {"n": -0.5, "deep": {"a": ["7"]}},
    {},
]


def random_rows(world: SampleWorld, random: Random) -> Rows:
    """Rows for every object; references mostly lead somewhere."""
    rows: Rows = {}
    for name, count in COUNTS.items():
        facts = [f for f in world.object(name).fields.values() if f.column and not f.system]
        rows[name] = [
            {
                "id": uuid_of(number),
                "created_at": datetime(2025, 1, 1, 0, 0, number, tzinfo=UTC),
                **{f.column or "": value(f, random) for f in facts},
            }
            for number in range(1, count + 1)
        ]
    return rows


def value(fact: FieldFact, random: Random) -> Any:
    """A value of a field, blank one time in four."""
    if random.random() < 0.25:
        return None
    if fact.integer:
        return Decimal(random.choice([0, 1, 2, 7, -3, 2**62, 1_000_000_007]))
    if fact.kind is Kind.NUMBER:
        return Decimal(random.choice(NUMBERS))
    if fact.kind is Kind.CHOICE:
        return random.choice(fact.options).key
    if fact.kind is Kind.MULTI:
        return [o.key for o in fact.options if random.random() < 0.5]
    if fact.kind is Kind.REF:
        return uuid_of(random.randint(1, COUNTS[fact.target or ""] + 1))
    if fact.kind is Kind.UUIDS:
        return [uuid_of(n) for n in range(1, 6) if random.random() < 0.5]
    pools: dict[Kind, list[Any]] = {
        Kind.TEXT: TEXTS,
        Kind.DATE: DATES,
        Kind.DATETIME: TIMES,
        Kind.JSON: DOCUMENTS,
        Kind.BOOL: [True, False],
    }
    return random.choice(pools[fact.kind])
