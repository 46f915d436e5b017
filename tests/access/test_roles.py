"""Roles through the public doors: defined, refused, in use, retired; and what they open."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.doors import open_client, sign_in

from changliu.kit.platform import Platform

PASSWORD = "correct horse battery 9"
SHOP = {
    "key": "shop",
    "label": {"zh-CN": "门店", "en": "Shop"},
    "fields": [
        {"key": "name", "label": {"zh-CN": "名称", "en": "Name"}, "type": "text"},
        {"key": "rent", "label": {"zh-CN": "租金", "en": "Rent"}, "type": "money"},
        {"key": "note", "label": {"zh-CN": "备注", "en": "Note"}, "type": "text"},
    ],
}
KEEPER: dict[str, Any] = {
    "label": {"zh-CN": "店长", "en": "Keeper"},
    "fields": "listed",
    "grants": [
        {
            "object": "shop",
            "verbs": ["create", "read", "update"],
            "scope": "own",
            "read": ["name", "note"],
            "write": ["name"],
        }
    ],
}
As = Callable[[str], AbstractAsyncContextManager[httpx.AsyncClient]]


async def ok(answer: httpx.Response) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def put(client: httpx.AsyncClient, key: str, body: dict[str, Any], **params: str) -> Any:
    return await client.put(f"/api/definitions/role/{key}", json=body, params=params)


@pytest_asyncio.fixture(scope="module", autouse=True)
async def shops(admin: httpx.AsyncClient) -> None:
    """Shops, the role `keeper`, and two keepers in one team."""
    await ok(await admin.post("/api/objects", json=SHOP))
    await ok(await put(admin, "keeper", KEEPER))
    team = (await ok(await admin.post("/api/teams", json={"name": "一组"})))["id"]
    for name in ("ann", "bob"):
        member = {"name": name, "login": name, "password": PASSWORD, "roles": ["keeper"],
                  "teams": [team], "main_team": team}  # fmt: skip
        await ok(await admin.post("/api/members", json=member))


@pytest.fixture(scope="module")
def signed_in(platform: Platform) -> As:
    @asynccontextmanager
    async def opened(login: str) -> AsyncIterator[httpx.AsyncClient]:
        async with open_client(platform) as client:
            await sign_in(client, login, PASSWORD)
            yield client

    return opened


@pytest.mark.feature("Z5")
async def test_a_role_opens_its_rows_and_fields_and_nothing_else(signed_in: As) -> None:
    async with signed_in("ann") as ann, signed_in("bob") as bob:
        made = await ok(await ann.post("/api/records/shop", json={"name": "东街店"}))
        assert [row["id"] for row in (await ok(await ann.get("/api/records/shop")))["items"]] == [
            made["id"]
        ]
        assert set(made["values"]) == {"name", "note"}
        assert (await ok(await bob.get("/api/records/shop")))["items"] == []
        assert (await bob.get(f"/api/records/shop/{made['id']}")).status_code == 404
        for values in ({"rent": "5"}, {"note": "x"}):
            answer = await ann.patch(f"/api/records/shop/{made['id']}", json=values)
            assert answer.status_code in (403, 422), answer.text
        assert (await ann.delete(f"/api/records/shop/{made['id']}")).status_code == 403
        assert (await ann.get("/api/records/shop", params={"filter": "rent>1"})).status_code == 422


@pytest.mark.feature("Z5")
async def test_a_wider_scope_counts_from_the_next_request(
    admin: httpx.AsyncClient, signed_in: As
) -> None:
    async with signed_in("ann") as ann, signed_in("bob") as bob:
        made = await ok(await ann.post("/api/records/shop", json={"name": "西街店"}))
        assert (await bob.get(f"/api/records/shop/{made['id']}")).status_code == 404
        wide = {**KEEPER, "grants": [{**KEEPER["grants"][0], "scope": "team"}]}
        await ok(await put(admin, "keeper", wide))
        assert (await bob.get(f"/api/records/shop/{made['id']}")).status_code == 200
        await ok(await put(admin, "keeper", KEEPER))
        assert (await bob.get(f"/api/records/shop/{made['id']}")).status_code == 404


WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("object", {"object": "shopp"}, "grants.0.object", "object.unknown"),
    ("field", {"read": ["nam"]}, "grants.0.nam", "field.unknown"),
    ("open", {"object": "member"}, "grants.0.object", "role.open_object"),
    ("bare", {"scope": "formula"}, "grants.0.condition", "role.condition"),
    ("stray", {"condition": "rent>1"}, "grants.0.condition", "role.condition"),
    (
        "typo",
        {"scope": "formula", "condition": "rentt>1"},
        "grants.0.condition",
        "formula.field",
    ),
    ("number", {"scope": "formula", "condition": "rent+1"}, "grants.0.condition", "formula.cond"),
    (
        "wide",
        {"object": "*", "scope": "formula", "condition": "1=1"},
        "grants.0.condition",
        "role.condition_object",
    ),
    ("blind", {"verbs": ["update"]}, "grants.0.verbs", "role.no_read"),
    ("verb", {"verbs": ["fly"]}, "grants.0.verbs.0", "value.enum"),
    ("scope", {"scope": "world"}, "grants.0.scope", "value.enum"),
    ("extra", {"deny": True}, "grants.0.deny", "value.extra_forbidden"),
    ("every", {"object": "*", "read": ["name"]}, "grants.0.name", "field.unknown"),
]


@pytest.mark.feature("Z5")
@pytest.mark.parametrize(("name", "change", "path", "code"), WRONG)
async def test_a_wrong_grant_is_refused_at_its_place(
    admin: httpx.AsyncClient, name: str, change: dict[str, Any], path: str, code: str
) -> None:
    body = {**KEEPER, "grants": [{**KEEPER["grants"][0], "read": [], "write": [], **change}]}
    texts = set()
    for language in ("zh-CN", "en"):
        answer = await admin.put(
            f"/api/definitions/role/wrong_{name}", json=body, headers={"accept-language": language}
        )
        assert answer.status_code == 422, answer.text
        errors = {(e["path"], e["code"]): e["message"] for e in answer.json()["errors"]}
        assert (path, code) in errors
        texts.add(errors[path, code])
    assert len(texts) == 2
    assert (await admin.get(f"/api/definitions/role/wrong_{name}")).status_code == 404


async def test_the_administrator_role_cannot_be_changed(admin: httpx.AsyncClient) -> None:
    answer = await put(admin, "admin", KEEPER)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "role.built_in"


@pytest.mark.feature("Z5")
async def test_only_those_who_may_change_roles_see_and_change_them(signed_in: As) -> None:
    async with signed_in("ann") as ann:
        assert (await put(ann, "keeper", KEEPER)).status_code == 403
        assert (await ann.get("/api/definitions/role/keeper")).status_code == 403


async def test_changes_of_a_role_read_in_words(admin: httpx.AsyncClient) -> None:
    await ok(await put(admin, "words", KEEPER))
    await ok(await put(admin, "words", {**KEEPER, "rights": ["data.import"], "fields": "all"}))
    params = {"from": "1", "to": "2"}
    answer = await ok(await admin.get("/api/definitions/role/words/diff", params=params))
    said = " ".join(answer["changes"])
    assert "工作区权限" in said
    assert "data.import" in said
    assert "object_id" not in said


@pytest.mark.feature("Z5")
async def test_a_field_named_by_a_role_goes_only_with_its_impact_list(
    admin: httpx.AsyncClient,
) -> None:
    field = {"key": "fax", "label": {"zh-CN": "传真", "en": "Fax"}, "type": "phone"}
    await ok(await admin.post("/api/objects/shop/fields", json=field))
    grant = {"object": "shop", "verbs": ["read"], "scope": "all", "read": ["fax", "name"]}
    await ok(await put(admin, "faxes", {"label": "传真员", "grants": [grant]}))
    path = "/api/objects/shop/fields/fax"
    answer = await admin.delete(path)
    assert answer.status_code == 409
    document = answer.json()
    assert document["code"] == "definition.in_use"
    assert "faxes" in answer.text
    token = document["confirm"] if "confirm" in document else document["errors"][0]["confirm"]
    answer = await admin.delete(path, params={"confirm": token})
    assert answer.status_code in (200, 204), answer.text
    kept = (await ok(await admin.get("/api/definitions/role/faxes")))["body"]["grants"][0]
    assert kept["read"] == ["name"]


async def test_a_role_someone_holds_cannot_be_retired(admin: httpx.AsyncClient) -> None:
    answer = await admin.delete("/api/definitions/role/keeper")
    assert (answer.status_code, answer.json()["code"]) == (409, "role.held")
    await ok(await put(admin, "spare", KEEPER))
    assert (await admin.delete("/api/definitions/role/spare")).status_code in (200, 204)
