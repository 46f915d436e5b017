"""What is found, and how: texts, pinyin, digits; as records change; only what may be told."""

import pytest

from changliu.records.search.comparing import compare_keys, make_anew
from changliu.records.search.handlers import make_batch

NAMES = (
    "重庆长安汽车股份有限公司",
    "张伟科技（北京）有限公司",
    "曾氏单车",
    "ＧＴＸ Pro 设备",
    "臺灣積體電路",
    "Zhang Wei Trading",
    "吕梁女装",
)


@pytest.fixture(scope="module")
async def made(house):
    changes = [house.create("account", name=name) for name in NAMES]
    changes[1]["values"] |= {"phone": "13800138000", "code": "91330100799655058B"}
    changes[5]["values"] |= {"phone": "021-62345678-8001"}
    await house.ok(house.changeset(*changes))
    return house


async def titles(client, q, **more):
    answer = await client.get("/api/search", params={"q": q, "objects": "account", **more})
    assert answer.status_code == 200, answer.text
    groups = answer.json()["groups"]
    return [hit["title"] for hit in groups[0]["items"]] if groups else []


CHONGQING, ZHANG, ZENG, GTX, TAIWAN, TRADING, LV = NAMES


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("长安", {CHONGQING}),
        ("公司", {CHONGQING, ZHANG}),
        ("（北", {ZHANG}),
        ("zhangwei", {ZHANG, TRADING}),
        ("zhang", {ZHANG, TRADING, CHONGQING}),  # 长 is read chang and zhang
        ("zhangw", {ZHANG, TRADING}),
        ("ZW", {ZHANG}),
        ("张wei", {ZHANG}),
        ("zhang伟", {ZHANG}),
        ("weik", {ZHANG}),
        ("z", {ZHANG, ZENG, TRADING, CHONGQING}),
        ("张", {ZHANG}),
        ("伟", set()),
        ("chongqing", {CHONGQING}),
        ("cqca", {CHONGQING}),
        ("zengshishan", {ZENG}),
        ("zengshidan", {ZENG}),
        ("gtx", {GTX}),
        ("gtx pro", {GTX}),
        ("prosb", {GTX}),
        ("台湾", {TAIWAN}),
        ("臺灣", {TAIWAN}),
        ("積体电", {TAIWAN}),
        ("twjt", {TAIWAN}),
        ("lvliang", {LV}),
        ("luliang", {LV}),
        ("1380", {ZHANG}),
        ("3800", {ZHANG}),
        ("138 0013", {ZHANG}),
        ("+86 138-0013-8000", {ZHANG}),
        ("62345678", {TRADING}),
        ("021-6234", {TRADING}),
        ("7996", {ZHANG}),
        ("5058b", {ZHANG}),
        ("张某", set()),
        ("' & (", set()),
        ("%", set()),
        ("  ", set()),
    ],
)
@pytest.mark.feature("Z4")
async def test_a_text_is_found_in_every_way_it_may_be_typed(made, q, found):
    assert set(await titles(made.admin, q)) == found
    listed = await made.admin.get("/api/records/account", params={"q": q})
    if q.strip():
        assert {item["title"] for item in listed.json()["items"]} == found


async def test_the_best_comes_first_and_says_where(made):
    for name in ("安", "长安", "新长安", "长安街道", "老 长安"):
        await made.ok(made.changeset(made.create("account", name=f"{name}")))
    answer = (await made.admin.get("/api/search?q=长安")).json()["groups"][0]
    assert [hit["title"] for hit in answer["items"]] == [
        "长安", "长安街道", "老 长安", "新长安", CHONGQING,
    ]  # fmt: skip
    assert [hit["match"] for hit in answer["items"]] == ["exact", "prefix", "word", "part", "part"]
    assert [hit["highlights"] for hit in answer["items"]] == [
        [[0, 2]], [[0, 2]], [[2, 4]], [[1, 3]], [[2, 4]],
    ]  # fmt: skip
    assert not answer["more"]
    few = (await made.admin.get("/api/search?q=长安&limit=2")).json()["groups"][0]
    assert (len(few["items"]), few["more"]) == (2, True)
    phone = (await made.admin.get("/api/search?q=62345678 8001")).json()["groups"][0]["items"][0]
    assert (phone["field"], phone["text"]) == ("phone", "021-62345678-8001")
    assert phone["highlights"] == [[4, 17]]


async def test_keys_follow_the_record(house):
    async def found(q):
        return await titles(house.admin, q)

    made = await house.ok(house.changeset(house.create("account", name="鲲鹏旧名", code="KP-1")))
    record = made["results"][0]["id"]
    place = f"/api/records/account/{record}"
    assert await found("kunpeng") == ["鲲鹏旧名"]
    changed = await house.ok(house.admin.patch(place, json={"name": "鸿鹄新名", "size": 3}))
    assert (await found("鲲鹏"), await found("honghu")) == ([], ["鸿鹄新名"])
    assert await found("kp-1") == ["鸿鹄新名"]
    past = (await house.admin.get(f"{place}/history")).json()["items"]
    first = next(entry for entry in past if entry["version"] == changed["version"])
    await house.ok(house.admin.post(f"/api/changesets/{first['changeset']}/revert", json={}))
    assert (await found("kunpeng"), await found("honghu")) == (["鲲鹏旧名"], [])
    again = {"name": "鸿鹄新名"}
    await house.ok(house.admin.patch(place, json=again))
    await house.ok(house.admin.patch(place, json={"code": None}))
    assert await found("kp-1") == []
    assert (await house.admin.delete(place)).status_code == 204
    assert await found("honghu") == []
    assert await house.rows(
        "SELECT count(*) FROM {schema}.search_key WHERE record = %s", [record]
    ) == [(0,)]
    await house.ok(house.admin.post(f"{place}/restore"))
    assert await found("honghu") == ["鸿鹄新名"]


async def test_large_changesets_have_the_same_keys(house):
    names = [f"批量{n}号" for n in range(60)]
    few = await house.ok(house.changeset(house.create("account", name="批量几号")))
    await house.ok(house.changeset(*(house.create("account", name=n) for n in names)))
    answer = await house.admin.get("/api/records/account?q=plj&limit=500")
    assert [item["id"] for item in answer.json()["items"]] == [few["results"][0]["id"]]
    answer = await house.admin.get("/api/records/account?q=piliang&limit=500")
    assert len(answer.json()["items"]) == 61


async def test_masked_and_unreadable_values_are_found_by_nobody_else(house):
    values = {"name": "守口如瓶", "phone": "13777778888", "code": "SECRET-77", "owner": None}
    change = house.create("account", **values | {"owner": house.narrow.member})
    await house.ok(house.changeset(change))
    assert await titles(house.admin, "7777888") == ["守口如瓶"]
    assert await titles(house.narrow, "shoukou") == ["守口如瓶"]
    for q in ("7777888", "secret-77"):
        assert await titles(house.narrow, q) == []
        assert (await house.narrow.get(f"/api/records/account?q={q}")).json()["items"] == []
    assert await titles(house.other, "shoukou") == []
    assert (await house.narrow.get("/api/search?q=shoukou&objects=deal")).status_code == 404


async def test_what_was_there_before_is_found_once_the_job_has_run(house):
    await house.ok(house.admin.post("/api/objects", json={"key": "part", "label": "件"}))
    for key, kind in (("name", "text"), ("note", "long_text")):
        body = {"key": key, "label": key, "type": kind}
        await house.ok(house.admin.post("/api/objects/part/fields", json=body))
    await house.ok(house.changeset(house.create("part", name="螺丝", note="镀锌防锈")))

    async def found(q):
        groups = (await house.admin.get(f"/api/search?q={q}&objects=part")).json()["groups"]
        return bool(groups)

    async def worked():
        async with house.transaction() as (tx, _):
            while await make_batch(tx, 1):
                pass

    await worked()
    assert (await found("luosi"), await found("防锈")) == (True, False)
    for on in (True, False):
        patch = {"searchable": on}
        await house.ok(house.admin.patch("/api/objects/part/fields/note", json=patch))
        kinds = [row[0] for row in await house.rows("SELECT kind FROM {schema}.job")]
        assert "search.keys" in kinds
        await worked()
        assert await found("防锈") is on
    assert await found("luosi")


async def test_keys_that_are_not_the_records_are_seen_and_made_anew(house):
    made = await house.ok(
        house.changeset(*(house.create("account", name=f"走样{n}") for n in "一二三"))
    )
    first, second, _ = (result["id"] for result in made["results"])

    async def compared():
        async with house.transaction() as (tx, _):
            while await make_batch(tx):
                pass
            found = await compare_keys(tx, 10_000)
        return found.missing, found.stray, found.altered, found.unfinished

    assert await compared() == (0, 0, 0, 0)
    table = "{schema}.search_key"
    await house.owner_rows(f"DELETE FROM {table} WHERE record = %s", [first])
    await house.owner_rows(f"UPDATE {table} SET spelled = 'x' WHERE record = %s", [second])
    await house.owner_rows(
        f"INSERT INTO {table} SELECT gen_random_uuid(), object, spelled, keys FROM {table}"
        " WHERE record = %s", [second]
    )  # fmt: skip
    assert await compared() == (1, 1, 1, 0)
    assert await titles(house.admin, "zouyang") == ["走样三"]
    async with house.transaction() as (tx, _):
        await make_anew(tx)
    assert await compared() == (0, 0, 0, 0)
    assert sorted(await titles(house.admin, "zouyang")) == sorted(["走样一", "走样二", "走样三"])


async def test_a_bad_request_says_what_is_wrong(house):
    for asked, status, code in (
        ("q=" + "x" * 201, 422, "query.search"),
        ("q=x&limit=0", 422, "query.limit"),
        ("q=x&limit=51", 422, "query.limit"),
        ("q=x&objects=nothing", 404, "object.unknown"),
        ("q=x&object=account", 400, "request.parameter"),
    ):
        answer = await house.admin.get(f"/api/search?{asked}")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await house.anonymous.get("/api/search?q=x")).status_code == 401
