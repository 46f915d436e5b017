"""What tests of shares and scopes ask over HTTP again and again."""

ABSENT = "00000000-0000-7000-8000-000000000000"


async def made(client, target="account", **values):
    answer = await client.post(f"/api/records/{target}", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def sees(client, record, target="account"):
    one = (await client.get(f"/api/records/{target}/{record}")).status_code
    listed = await client.get(f"/api/records/{target}?limit=500&count=true")
    ids = [item["id"] for item in listed.json()["items"]]
    assert listed.json()["total"] == len(ids)
    lines = (await client.get(f"/api/records/{target}/{record}/timeline")).status_code
    past = (await client.get(f"/api/records/{target}/{record}/history")).status_code
    found = await client.get(f"/api/records/{target}", params={"filter": "version > 0"})
    doors = {
        one == 200,
        record in ids,
        past == 200,
        lines == 200,
        record in [item["id"] for item in found.json()["items"]],
    }
    assert len(doors) == 1, (one, past, record in ids)
    return one == 200


async def share(client, record, **body):
    return await client.post(f"/api/records/account/{record}/shares", json=body)


async def code_of(answer, status=422):
    assert answer.status_code == status, answer.text
    return answer.json()["code"]
