"""What the pages keep for a member, and the records last looked at."""


async def settings(house, client):
    return (await house.ok(client.get("/api/me/settings")))["settings"]


async def test_a_member_keeps_small_values_of_their_own(house):
    path = "/api/me/settings/list.account"
    await house.ok(house.rep.put(path, json={"widths": {"name": 200}, "density": "dense"}))
    changed = await house.ok(house.rep.patch(path, json={"density": None, "theme": "dark"}))
    assert changed["value"] == {"widths": {"name": 200}, "theme": "dark"}
    await house.ok(house.rep.put("/api/me/settings/pins", json=["a", "b"]))
    assert await settings(house, house.rep) == {
        "list.account": changed["value"],
        "pins": ["a", "b"],
    }
    assert await settings(house, house.other) == {}
    assert (await house.rep.delete(path)).status_code == 204
    assert (await house.rep.delete(path)).status_code == 204
    assert await settings(house, house.rep) == {"pins": ["a", "b"]}


async def test_what_is_kept_has_bounds(house):
    async def code(method, key, value):
        answer = await house.other.request(method, f"/api/me/settings/{key}", json=value)
        return answer.status_code, answer.json().get("code")

    assert await code("PUT", "Big", 1) == (422, "setting.key")
    assert await code("PUT", "recent", []) == (422, "setting.key")
    assert await code("PUT", "big", "x" * 16_384) == (422, "setting.large")
    assert await code("PUT", "list", [1]) == (200, None)
    assert await code("PATCH", "list", {"a": 1}) == (422, "setting.object")
    for number in range(16):
        last = await code("PUT", f"full.{number}", "x" * 16_000)
    assert await code("PUT", "full.16", "x" * 16_000) == (409, "setting.full")
    assert last == (200, None)
    assert "full.16" not in await settings(house, house.other)


async def test_records_last_looked_at_come_back_as_long_as_they_are_readable(house):
    made = []
    for name in ("甲", "乙", "丙"):
        body = {"name": name}
        made.append((await house.ok(house.rep.post("/api/records/account", json=body)))["id"])
    for record in (*made, made[0]):
        looked = {"object": "account", "id": record}
        assert (await house.rep.post("/api/me/recent", json=looked)).status_code == 204

    async def titles(client):
        return [i["title"] for i in (await house.ok(client.get("/api/me/recent")))["items"]]

    assert await titles(house.rep) == ["甲", "丙", "乙"]
    # Remembering a record says nothing of it to who may not read it.
    looked = {"object": "account", "id": made[0]}
    assert (await house.far.post("/api/me/recent", json=looked)).status_code == 204
    assert await titles(house.far) == []
    assert (await house.rep.delete(f"/api/records/account/{made[0]}")).status_code == 204
    assert await titles(house.rep) == ["丙", "乙"]
    looked = {"object": "deal", "id": made[0]}
    assert (await house.reader.post("/api/me/recent", json=looked)).status_code == 404


async def test_only_the_last_fifty_are_remembered(house):
    many = await house.changeset(*[house.create("account", name=f"第{n}家") for n in range(55)])
    for row in many.json()["results"]:
        looked = {"object": "account", "id": row["id"]}
        assert (await house.admin.post("/api/me/recent", json=looked)).status_code == 204
    items = (await house.ok(house.admin.get("/api/me/recent")))["items"]
    assert (len(items), items[0]["title"], items[-1]["title"]) == (50, "第54家", "第5家")
