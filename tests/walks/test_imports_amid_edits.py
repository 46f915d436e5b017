"""An import that updates rows while people edit, delete and make them again, under kill -9.

Whatever was acknowledged stands, no key lives twice, and every row of the file is accounted for.
Taking the import back keeps what people changed since, and says so.
"""

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from tests.doors import sign_in
from tests.walks.harness import PASSWORD, Server, eventually, new_server, new_site
from tests.walks.invariants import hold

# Two batches.
ROWS = 6_000
FIELDS = [
    {"key": "name", "label": "名称", "type": "text"},
    {"key": "code", "label": "编码", "type": "code", "unique": True},
    {"key": "price", "label": "价", "type": "integer"},
    {"key": "note", "label": "备注", "type": "text"},
]
RESUMED = 100


@dataclass(slots=True)
class Said:
    """What people were told stands: by code the last note and price, who is gone, who is new."""

    note: dict[str, str] = field(default_factory=dict)
    price: dict[str, int] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    # A request that died with the server may have been done or not.
    unsure: set[str] = field(default_factory=set)
    edits: int = 0


async def upload(client: httpx.AsyncClient, price: int, **more: Any) -> str:
    """Bring a file that gives every code this price, and begin."""
    rows = "".join(f"K{n:05},物{n},{price}\n" for n in range(ROWS))
    made = await client.post(
        "/api/imports",
        files={"file": ("价.csv", f"编码,名称,价\n{rows}".encode())},
        data={"object": "item"},
    )
    assert made.status_code == 201, made.text
    mapping = {"match": ["code"], "columns": {"编码": "code", "名称": "name", "价": "price"}}
    path = f"/api/imports/{made.json()['id']}"
    answer = await client.put(f"{path}/mapping", json={**mapping, **more})
    assert answer.status_code == 200, answer.text
    answer = await client.post(f"{path}/commit", json={})
    assert answer.status_code == 202, answer.text
    return str(made.json()["id"])


async def state(client: httpx.AsyncClient, import_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/api/imports/{import_id}")).json()
    return found


async def ended(client: httpx.AsyncClient, import_id: str) -> dict[str, Any]:
    """Wait until an import is done; the server may be away for a while."""

    async def there() -> bool:
        with contextlib.suppress(httpx.TransportError):
            return (await state(client, import_id))["state"] != "running"
        return False

    await eventually(there, RESUMED)
    found = await state(client, import_id)
    assert found["state"] == "done", found
    return found


async def live(client: httpx.AsyncClient) -> dict[str, list[dict[str, Any]]]:
    """Every record by its code."""
    found: dict[str, list[dict[str, Any]]] = {}
    cursor: str | None = None
    while True:
        params = {"limit": "500", "sort": "code", **({"cursor": cursor} if cursor else {})}
        page = (await client.get("/api/records/item", params=params)).json()
        for record in page["items"]:
            found.setdefault(record["values"]["code"], []).append(record)
        cursor = page.get("next")
        if cursor is None:
            return found


async def edit(client: httpx.AsyncClient, ids: dict[str, str], said: Said, stop: Any) -> None:
    """Change, delete and make records again until told to stop."""
    codes = sorted(ids)
    while not stop.is_set():
        code = random.choice(codes)
        try:
            await edit_one(client, ids, said, code)
        except httpx.TransportError:
            said.unsure.add(code)
            await asyncio.sleep(0.2)


async def edit_one(client: httpx.AsyncClient, ids: dict[str, str], said: Said, code: str) -> None:
    if code in said.unsure or code in said.deleted:
        return
    path, what = f"/api/records/item/{ids[code]}", random.random()
    if what < 0.5:
        note = f"手记 {random.randrange(10**6)}"
        if (await client.patch(path, json={"note": note})).status_code == 200:
            said.note[code] = note
            said.edits += 1
    elif what < 0.85:
        # With the version that was seen: refused where the import came in between.
        seen = (await client.get(path)).json()
        price = random.randrange(10**6, 2 * 10**6)
        body = {"price": price, "version": seen["version"]}
        answer = await client.patch(path, json=body)
        assert answer.status_code in (200, 409), answer.text
        if answer.status_code == 200:
            said.price[code] = price
            said.edits += 1
    else:
        if (await client.delete(path)).status_code != 204:
            return
        said.deleted.add(code)
        if random.random() < 0.5:
            answer = await client.post("/api/records/item", json={"name": "手建", "code": code})
            assert answer.status_code in (201, 422, 409), answer.text
            if answer.status_code == 201:
                said.made.add(code)


async def furnish(client: httpx.AsyncClient) -> dict[str, str]:
    await sign_in(client, "admin", PASSWORD)
    body = {"key": "item", "label": "物品", "fields": FIELDS}
    assert (await client.post("/api/objects", json=body)).status_code == 201
    await ended(client, await upload(client, 1))
    return {code: records[0]["id"] for code, records in (await live(client)).items()}


async def die_amid(server: Server, client: httpx.AsyncClient, import_id: str) -> None:
    """Kill the server once a batch is in, while the next is being written."""

    async def begun() -> bool:
        with contextlib.suppress(httpx.TransportError):
            return bool((await state(client, import_id))["progress"]["done"])
        return False

    await eventually(begun, RESUMED)
    server.kill9()
    await server.restart()
    await server.site.end_leases()


def compare(said: Said, there: dict[str, list[dict[str, Any]]], counts: dict[str, int]) -> None:
    """What people were told against what is there."""
    doubled = {code for code, records in there.items() if len(records) > 1}
    assert not doubled, "a key lives twice"
    sure = (set(said.note) | set(said.price)) - said.deleted - said.unsure
    lost = {c for c in sure & set(said.note)
            if there[c][0]["values"]["note"] != said.note[c]}  # fmt: skip
    assert not lost, "a note somebody saved is lost"
    wrong = {c for c in sure & set(said.price)
             if there[c][0]["values"]["price"] not in (2, said.price[c])}  # fmt: skip
    assert not wrong, "a price is neither the file's nor the one that was saved"
    missing = {f"K{n:05}" for n in range(ROWS)} - set(there) - said.deleted - said.unsure
    assert not missing
    rows = ("create", "update", "unchanged", "skip", "duplicate", "error")
    assert sum(counts[name] for name in rows) == ROWS, counts


@pytest.mark.timeout(600)
@pytest.mark.feature("Z19")
async def test_an_import_amid_edits_loses_nothing_and_doubles_nothing() -> None:
    async with new_site(workspace=False) as site:
        server = new_server(site)
        await server.restart()
        async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
            ids = await furnish(client)
            assert len(ids) == ROWS
            said, stop = Said(), asyncio.Event()
            people = [asyncio.create_task(edit(client, ids, said, stop)) for _ in range(3)]
            try:
                import_id = await upload(client, 2)
                await die_amid(server, client, import_id)
                counts = (await ended(client, import_id))["counts"]
            finally:
                stop.set()
                await asyncio.gather(*people)
            assert said.edits > 20
            compare(said, await live(client), counts)
            await taken_back(client, import_id, ids, said)
        await hold(site)


async def taken_back(
    client: httpx.AsyncClient, import_id: str, ids: dict[str, str], said: Said
) -> None:
    """Revert after one more edit by hand of what the import wrote: that one is kept, and told."""
    by_hand = said.deleted | said.unsure | set(said.price) | set(said.note)
    sure = [code for code in ids if code not in by_hand]
    edited, untouched = sure[0], sure[1]
    answer = await client.patch(f"/api/records/item/{ids[edited]}", json={"price": 77})
    assert answer.status_code == 200, answer.text
    before = await live(client)
    answer = await client.post(f"/api/changesets/{import_id}/revert", json={}, timeout=120)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert ids[edited] in {kept["id"] for kept in told["kept"]} or told["kept_count"] > len(
        told["kept"]
    )
    after = await live(client)
    assert after[edited][0]["values"]["price"] == 77
    assert before[untouched][0]["values"]["price"] == 2
    assert after[untouched][0]["values"]["price"] == 1
    for code in set(said.note) - said.deleted - said.unsure:
        assert after[code][0]["values"]["note"] == said.note[code]
    for code in set(said.price) - said.deleted - said.unsure:
        # A note written since keeps the whole record as the import left it.
        left = {1, said.price[code], *([2] if code in said.note else [])}
        assert after[code][0]["values"]["price"] in left
    assert all(len(records) == 1 for records in after.values())
