"""The past of one field, and a value of it written again."""

import pytest


async def past(client, record, field, **query):
    path = f"/api/records/account/{record}/history"
    answer = await client.get(path, params={"field": field, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def put_back(client, record, entry, **body):
    return await client.post(f"/api/records/account/{record}/history/{entry}/restore", json=body)


@pytest.mark.feature("Z12")
async def test_the_past_of_a_field_is_told_and_put_back(house):
    parent = (await house.ok(house.rep.post("/api/records/account", json={"name": "总"})))["id"]
    first = {"name": "甲", "size": 1, "amount": "1.50", "industry": "bank", "parent": parent,
             "labels": ["a"], "phone": "13812345678", "extra": {"k": [1]}}  # fmt: skip
    record = (await house.ok(house.rep.post("/api/records/account", json=first)))["id"]
    path = f"/api/records/account/{record}"
    blank = dict.fromkeys(("size", "amount", "industry", "parent", "labels", "phone", "extra"))
    await house.ok(house.rep.patch(path, json={**blank, "name": "乙"}))
    for key in first:
        whole = await past(house.rep, record, key)
        told = whole["items"]
        assert [[c["field"] for c in entry["changes"]] for entry in told] == [[key], [key]]
        page = await past(house.rep, record, key, limit=1)
        assert page["items"] == told[:1]
        side = {"side": "from"} if key in ("size", "name") else {}
        entry = told[0] if side else told[-1]
        answer = await put_back(house.rep, record, entry["id"], field=key, **side)
        assert answer.status_code == 200, (key, answer.text)
        newest = (await past(house.rep, record, key))["items"][0]
        assert answer.json()["changeset"] == newest["changeset"]
        assert newest["via"] == "restore"
        assert newest["changes"][0]["to"] == told[0]["changes"][0]["from"]
    values = (await house.rep.get(path)).json()["values"]
    assert (values["name"], values["size"], values["parent"]["id"]) == ("甲", 1, parent)


async def test_putting_back_is_an_update_like_any_other(house):
    record = (await house.ok(house.rep.post("/api/records/account", json={"name": "丁"})))["id"]
    path = f"/api/records/account/{record}"
    await house.ok(house.rep.patch(path, json={"name": "戊"}))
    entry = (await past(house.rep, record, "name"))["items"][-1]["id"]
    refused = await put_back(house.reader, record, entry, field="name")
    assert refused.status_code == 403
    assert (await put_back(house.far, record, entry, field="name")).status_code == 404
    stale = await put_back(house.rep, record, entry, field="name", version=1)
    assert stale.status_code == 409
    for wrong, status in (
        ({"field": "nothing"}, 422), ({"field": "size"}, 404),
        ({"field": "name", "side": "x"}, 422),
    ):  # fmt: skip
        assert (await put_back(house.rep, record, entry, **wrong)).status_code == status
    assert (await put_back(house.rep, record, 2**62, field="name")).status_code == 404
    assert (await house.rep.get(path)).json()["values"]["name"] == "戊"
    narrow = (await house.ok(house.narrow.post("/api/records/account", json={"name": "窄"})))["id"]
    answer = await house.narrow.get(f"/api/records/account/{narrow}/history?field=amount")
    assert (answer.status_code, answer.json()["code"]) == (422, "field.unknown")
