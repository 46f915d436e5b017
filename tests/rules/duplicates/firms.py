"""Short words for firms and the rules that find them twice."""


async def rule(site, *groups, key="same", **more):
    """Publish a rule of groups of (field, method)."""
    match = [[{"field": f, "method": m} for f, m in group] for group in groups]
    body = {"label": "查重", "object": "firm", "match": match, **more}
    return await site.ok(site.admin.put(f"/api/definitions/duplicate/{key}", json=body))


async def add(client, **values):
    """Ask for a firm."""
    return await client.post("/api/records/firm", json=values)


async def good(client, **values):
    """Make a firm."""
    answer = await add(client, **values)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def firm(client, record):
    """Return the values of a firm."""
    answer = await client.get(f"/api/records/firm/{record}")
    assert answer.status_code == 200, answer.text
    return answer.json()["values"]
