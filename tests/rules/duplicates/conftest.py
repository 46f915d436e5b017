"""The house with firms that may be there twice, and short words for them."""

import pytest_asyncio

FIRM = [
    {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text"},
    {"key": "phone", "label": "电话", "type": "text"},
    {"key": "mail", "label": "邮箱", "type": "email"},
    {"key": "credit", "label": "信用代码", "type": "text"},
    {"key": "city", "label": "城市", "type": "text"},
    {"key": "money", "label": "金额", "type": "money"},
]


@pytest_asyncio.fixture(scope="module")
async def site(house):
    """Firms; 张三 and 李四 each see their own."""
    body = {"key": "firm", "label": {"zh-CN": "客户", "en": "Firm"}, "fields": FIRM,
            "title_field": "name"}  # fmt: skip
    await house.ok(house.admin.post("/api/objects", json=body))
    grants = [{"object": "firm", "verbs": ["create", "read", "update", "delete"], "scope": "own"}]
    role = {"label": "seller", "fields": "all", "grants": grants}
    await house.ok(house.admin.put("/api/definitions/role/seller", json=role))
    house.zhang = await house.hire("张三", "seller", house.team)
    house.li = await house.hire("李四", "seller", house.team)
    return house


@pytest_asyncio.fixture(autouse=True)
async def empty(site):
    """Every test with rules and records of its own."""
    yield
    for rule in ("same", "also"):
        await site.admin.delete(f"/api/definitions/duplicate/{rule}")
    page = (await site.admin.get("/api/records/firm?limit=500")).json()["items"]
    if page:
        gone = [{"op": "delete", "object": "firm", "id": r["id"]} for r in page]
        assert (await site.changeset(*gone)).status_code == 200
