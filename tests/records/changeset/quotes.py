"""Quotes with their lines, several roles on them, and short words to write and read them."""

TEXT = {"zh-CN": "名称", "en": "Name"}
QUOTE = [
    {"key": "name", "label": TEXT, "type": "text", "required": True},
    {"key": "note", "label": {"zh-CN": "备注", "en": "Note"}, "type": "text"},
]
LINE = [
    {"key": "item", "label": {"zh-CN": "产品", "en": "Item"}, "type": "text", "required": True},
    {"key": "price", "label": {"zh-CN": "单价", "en": "Price"}, "type": "money"},
    {"key": "count", "label": {"zh-CN": "数量", "en": "Count"}, "type": "integer", "default": 1},
    {"key": "cost", "label": {"zh-CN": "成本", "en": "Cost"}, "type": "money"},
    {"key": "sum", "label": {"zh-CN": "小计", "en": "Sum"}, "type": "formula",
     "formula": "price * count"},
    {"key": "account", "label": {"zh-CN": "客户", "en": "Account"}, "type": "reference",
     "object": "account", "inverse": {"key": "quoted"}, "on_delete": "clear"},
]  # fmt: skip
TOTALS = [
    {"key": "total", "label": {"zh-CN": "合计", "en": "Total"}, "type": "formula",
     "formula": "SUM(lines.sum)"},
    {"key": "size", "label": {"zh-CN": "行数", "en": "Size"}, "type": "rollup",
     "children": "lines", "function": "COUNT"},
]  # fmt: skip
VERBS = ["create", "read", "update", "delete"]


async def furnish(house):
    """Make the objects and hire somebody of each role."""
    ok, admin = house.ok, house.admin
    quote = {"key": "quote", "label": {"zh-CN": "报价", "en": "Quote"}, "fields": QUOTE}
    line = {"key": "quote_line", "label": {"zh-CN": "报价明细", "en": "Quote line"},
            "lines_of": "quote", "fields": LINE}  # fmt: skip
    await ok(admin.post("/api/objects", json=quote))
    await ok(admin.post("/api/objects", json=line))
    holder = {"key": "lines", "label": {"zh-CN": "明细", "en": "Lines"}, "type": "lines",
              "object": "quote_line"}  # fmt: skip
    await ok(admin.post("/api/objects/quote/fields", json=holder))
    for field in TOTALS:
        await ok(admin.post("/api/objects/quote/fields", json=field))
    every = {"object": "quote", "verbs": VERBS, "scope": "own"}
    account = {"object": "account", "verbs": ["read"], "scope": "all", "fields": "all"}
    shown = ["item", "price", "count", "sum"]
    roles = {
        "seller": {"fields": "all", "grants": [every, account]},
        "looker": {"fields": "listed", "grants": [
            {**every, "verbs": ["read"], "scope": "all", "read": ["name"]}]},
        "clerk": {"fields": "all", "grants": [
            every, {"object": "quote_line", "verbs": ["read", "create", "update"],
                    "read": shown, "write": ["item", "count"]}]},
    }  # fmt: skip
    team = {"object": "quote", "verbs": ["read", "update"], "scope": "team"}
    roles["mixed"] = {"fields": "all", "grants": [
        every, {**team, "read": ["name"], "write": ["name"]}]}  # fmt: skip
    for key, body in roles.items():
        await ok(admin.put(f"/api/definitions/role/{key}", json={"label": key, **body}))
        setattr(house, key, await house.hire(key, key, house.team))
    return house


async def make(site, lines, by=None, **values):
    body = {"name": "报价", "lines": lines, **values}
    made = await (by or site.admin).post("/api/records/quote", json=body)
    assert made.status_code == 201, made.text
    return made.json()


async def put(site, record, lines, by=None, **values):
    body = {"lines": lines, **values}
    return await (by or site.admin).patch(f"/api/records/quote/{record}", json=body)


async def get(site, record, by=None):
    answer = await (by or site.admin).get(f"/api/records/quote/{record}")
    return answer.json() if answer.status_code == 200 else None


def plain(lines, *keys):
    return [tuple(line[key] for key in keys or ("item", "price", "count")) for line in lines]


ABC = [{"item": "甲", "price": "2.50", "count": 2}, {"item": "乙", "price": "10"}, {"item": "丙"}]


async def table(site):
    found = (await site.admin.get("/api/objects/quote_line")).json()
    return found["id"]


async def dump(site):
    rows = await site.rows(
        f"SELECT to_jsonb(t) - 'version' - 'updated_at' - 'updated_by' FROM {{schema}}."
        f"{await table(site)} t WHERE deleted_at IS NULL ORDER BY id"
    )
    return [row for (row,) in rows]
