"""Nothing is missed: what the index finds is what the definition says, over many names."""

import csv
import random
from pathlib import Path

import pytest

from changliu.kit import clock
from changliu.kit.ids import uuid7
from changliu.records.search.handlers import make_batch
from changliu.records.search.store.words import wording_of

SETS = Path(__file__).parents[4] / "shared" / "data" / "company_names_zh"
PARTS = ("长安", "重庆", "中科", "张伟", "曾氏", "臺灣", "ABC", "西安", "安达", "女", "龙", "88")
ENDS = ("科技", "贸易", "（北京）", "单车", "行", "厂", "Co.", "有限公司", "股份有限公司")


def made_up(count):
    dice = random.Random(11)
    return ["".join(dice.choices(PARTS, k=dice.randint(1, 3))) + dice.choice(ENDS)
            for _ in range(count)]  # fmt: skip


def real(count):
    """Short and listed names, whole and with a city before them, until there are enough."""
    names = []
    for file, column in (("listed_companies_2019.csv", "name"), ("short_names_sample.csv", 0)):
        with (SETS / file).open(encoding="utf-8-sig") as stream:
            rows = list(csv.reader(stream))
        at = rows[0].index(column) if isinstance(column, str) else column
        names += [row[at] for row in rows[1:] if row and row[at].strip()]
    cities = ("", "上海", "重庆", "长沙", "厦门", "西安", "大连")
    return [f"{city}{name}" for city in cities for name in names][:count]


async def fill(house, names):
    """Put names straight into the table and make their keys as the job does."""
    table, column = house.table("account"), house.column("account", "name")
    me, now = house.admin.member, clock.now()
    ids = [uuid7() for _ in names]
    await house.owner_rows(
        f"INSERT INTO {{schema}}.{table} (id, version, created_at, created_by, updated_at,"
        f" updated_by, owner, {column}) SELECT v.id, 1, %s, %s, %s, %s, %s, v.name"
        " FROM unnest(%s::uuid[], %s::text[]) AS v(id, name)",
        [now, me, now, me, me, ids, names],
    )
    await house.rows("DELETE FROM {schema}.search_shape RETURNING object")
    more = True
    while more:
        async with house.transaction() as (tx, _):
            more = await make_batch(tx, 5_000)
    await house.owner_rows("ANALYZE {schema}.search_key")
    return list(zip(ids, names, strict=True))


async def readings(house):
    rows = await house.rows("SELECT ch, simple, reads FROM changliu_fx.hz")
    return {ch: (simple, reads) for ch, simple, reads in rows}


def signs(known, text):
    folded = [c for c in text.lower() if c > " "]
    return [known.get(c, (c, None)) for c in folded]


def begins(value, text):
    """Whether a value, from its first sign on, is what the text says: letter by letter."""
    return _letters(value, text) or _readings(value, text)


def _letters(value, text):
    if len(value) < len(text):
        return False
    return all(
        (ch == t) or (t.isascii() and t.isalpha() and any(r[0] == t for r in reads or ()))
        for (ch, reads), t in zip(value, text, strict=False)
    )


def _readings(value, text):
    if not text:
        return True
    if not value:
        return False
    (ch, reads), t = value[0], text[0]
    if not (t.isascii() and t.isalpha()):
        return ch == t and _readings(value[1:], text[1:])
    for read in reads or ():
        if text.startswith(read) and _readings(value[1:], text[len(read) :]):
            return True
        if read.startswith(text):
            return True
    return False


async def found(house, text):
    async with house.transaction(write=False) as (tx, _):
        wording = await wording_of(tx, text)
        assert wording is not None
        name = house.field("account", "name")
        rows = await tx.rows(
            f"SELECT record FROM {tx.schema}.search_key WHERE keys @@ %s::tsquery AND spelled ~ %s",
            [wording.keys(), wording.pattern([name])],
        )
    return {row[0] for row in rows}


def asked(dice, name, known):
    """A part of a name of two to six characters, as it is, by sound or by first letters."""
    text = "".join(c for c in name.lower() if c > " ")
    length = min(dice.randint(2, 6), len(text))
    at = dice.randint(0, len(text) - length)
    part = text[at : at + length]
    how = dice.choice(("as it is", "sound", "letters", "mixed"))
    if how == "as it is" or not all(c in known for c in part):
        return part
    reads = [dice.choice(known[c][1]) for c in part]
    if how == "letters":
        return "".join(r[0] for r in reads)
    if how == "mixed":
        return part[0] + "".join(reads[1:])
    return "".join(reads[:-1]) + reads[-1][: dice.randint(1, len(reads[-1]))]


async def test_the_index_finds_what_the_definition_says(house):
    known = await readings(house)
    rows = [(i, signs(known, n)) for i, n in await fill(house, made_up(400))]
    dice, names = random.Random(5), made_up(400)
    for _ in range(150):
        text = asked(dice, dice.choice(names), known)
        folded = [s for s, _ in signs(known, text)]
        plain = "".join(folded)
        if len(plain) < 2:
            continue
        expected = {
            i for i, value in rows
            if any(begins(value[at:], plain) for at in range(len(value)))
        }  # fmt: skip
        assert await found(house, text) & {i for i, _ in rows} == expected, text


@pytest.mark.data
@pytest.mark.skipif(not SETS.is_dir(), reason="the public names are absent")
async def test_every_part_of_a_hundred_thousand_names_is_found(house):
    known = await readings(house)
    rows = await fill(house, real(100_000))
    assert len(rows) == 100_000
    dice = random.Random(3)
    for _ in range(200):
        record, name = dice.choice(rows)
        text = asked(dice, name, known)
        assert record in await found(house, text), (text, name)
