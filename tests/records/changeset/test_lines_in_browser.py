"""A form follows its lines: trees of /meta and records as read, in the browser's evaluator."""

from datetime import UTC, datetime

import pytest
import pytest_asyncio
from tests.formula.evaluator import evaluator
from tests.records.changeset.quotes import ABC, furnish, make

pytestmark = pytest.mark.feature("Z1")

COMPUTED = {
    "verdict": 'IF(total > 12, "大单：" & name, "小单") & JOIN(lines.item, "+")',
    "whose": "account_of.title & total",
    "mine": "IF(owner = ME(), total * 2, 0)",
    "kind_is": "kind & OPTIONINDEX(kind)",
}


@pytest_asyncio.fixture(scope="module")
async def site(house):
    site = await furnish(house)
    place = "/api/objects/quote/fields"
    options = [{"key": "a", "label": {"zh-CN": "甲类", "en": "A"}},
               {"key": "b", "label": {"zh-CN": "乙类", "en": "B"}}]  # fmt: skip
    account = {"key": "account_of", "label": "客户", "type": "reference", "object": "account",
               "inverse": {"key": "quotes_of"}}  # fmt: skip
    kind = {"key": "kind", "label": "类别", "type": "select", "options": options}
    for body in (account, kind):
        await site.ok(site.admin.post(place, json=body))
    for key, formula in COMPUTED.items():
        body = {"key": key, "label": key, "type": "formula", "formula": formula}
        await site.ok(site.admin.post(place, json=body))
    return site


async def test_the_browser_works_out_what_the_server_would(site):
    meta = (await site.admin.get("/api/meta")).json()["objects"]
    quote = next(each for each in meta if each["key"] == "quote")
    fields = {f["key"]: f for f in quote["fields"] if "tree" in f}
    assert set(fields) == {*COMPUTED, "total", "size"}
    told = {key: (f["slots"], f["slot_texts"]) for key, f in fields.items() if f["slots"]}
    assert told == {"whose": (1, ["客户.标题"])}
    account = await site.ok(site.admin.post("/api/records/account", json={"name": "宏达"}))
    made = await make(site, ABC, kind="b", account_of=account["id"])
    slots = (await site.admin.get(f"/api/records/quote/{made['id']}/slots")).json()["slots"]
    cases = [
        {"tree": field["tree"], "record": record, "object": "quote", "slots": slots.get(key)}
        for record in (made, edited(made))
        for key, field in fields.items()
    ]
    now = datetime.now(UTC).isoformat()
    around = {"now": now, "zone": "Asia/Shanghai", "me": site.admin.member}
    with evaluator() as ask:
        found = ask({"around": around, "objects": meta, "cases": cases})
    said = [each.get("value", each) for each in found]
    here, after = (dict(zip(fields, part, strict=True)) for part in (said[:6], said[6:]))
    computed = {key: made["values"][key] for key in fields}
    assert here | {"size": 3} == computed | {"size": 3}
    assert here["size"] == str(computed["size"])
    answer = await site.admin.patch(f"/api/records/quote/{made['id']}", json=sent(made))
    saved = answer.json()["values"]
    assert after == {key: saved[key] for key in fields} | {"size": str(saved["size"])}
    assert after["total"] == "120"


def sent(made):
    """Two lines less, one dearer, one new."""
    first, *_ = made["values"]["lines"]
    lines = [{"id": first["id"], "price": "7.5"}, {"item": "新", "price": "35", "count": 3}]
    return {"lines": lines, "name": "大单"}


def edited(made):
    first, *_ = made["values"]["lines"]
    one, new = sent(made)["lines"]
    return {**made, "values": {**made["values"], "name": "大单", "lines": [first | one, new]}}
