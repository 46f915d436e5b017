"""Comments over HTTP: who may say, read, change and take away what, and where they show."""

import uuid

import pytest
import pytest_asyncio

from changliu.jobs.model import Job
from changliu.kit import clock
from changliu.records.stream.handlers import sweep


@pytest_asyncio.fixture(scope="module")
async def account(house):
    """A record of the rep's: the rep, the manager above and the reader see it."""
    return (await house.ok(house.rep.post("/api/records/account", json={"name": "华为"})))["id"]


def door(record, tail=""):
    return f"/api/records/account/{record}/comments{tail}"


async def say(client, record, text, **more):
    answer = await client.post(door(record), json={"text": text, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(client, record):
    answer = await client.get(door(record))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def refusal(answer):
    return answer.status_code, answer.json()["code"]


async def test_who_reads_a_record_talks_about_it(house, account):
    """Reading is enough to comment; who does not read the record finds no comment either."""
    said = await say(house.reader, account, f"请 @[{house.manager.member}] 看一下")
    assert said["author"]["title"] == "reader"
    assert said["mentions"] == [{"id": house.manager.member, "title": "manager"}]
    assert said["unreached"] == []
    assert [c["text"] for c in await listed(house.manager, account)] == [said["text"]]
    for stranger in (house.other, house.far):
        assert refusal(await stranger.get(door(account))) == (404, "record.missing")
        answer = await stranger.post(door(account), json={"text": "x"})
        assert refusal(answer) == (404, "record.missing")
    record = (await house.reader.get(f"/api/records/account/{account}")).json()
    assert record["version"] == 1


async def test_mentioning_who_cannot_see_the_record_is_told(house, account):
    said = await say(house.rep, account, f"@[{house.far.member}] 你好")
    assert [m["title"] for m in said["unreached"]] == ["far"]
    answer = await house.rep.post(door(account), json={"text": f"@[{uuid.uuid4()}]"})
    assert refusal(answer) == (422, "comment.mention")
    assert (await house.far.get(door(account))).status_code == 404


async def test_authors_change_and_take_away_and_the_past_is_kept(house, account):
    said = await say(house.rep, account, "一")
    one = door(account, f"/{said['id']}")
    changed = (await house.rep.patch(one, json={"text": "二"})).json()
    assert (changed["text"], changed["edited_at"] is not None) == ("二", True)
    for foreign in (house.manager, house.reader):
        assert refusal(await foreign.patch(one, json={"text": "x"})) == (
            403, "comment.not_yours",
        )  # fmt: skip
        assert refusal(await foreign.delete(one)) == (403, "comment.not_yours")
        assert refusal(await foreign.get(f"{one}/versions")) == (403, "comment.not_yours")
    past = (await house.rep.get(f"{one}/versions")).json()["items"]
    assert [v["text"] for v in past] == ["一", "二"]
    assert (await house.rep.delete(one)).status_code == 204
    assert said["id"] not in [c["id"] for c in await listed(house.rep, account)]
    assert refusal(await house.rep.get(f"{one}/versions")) == (404, "comment.missing")
    kept = (await house.admin.get(f"{one}/versions")).json()["items"]
    assert [v["text"] for v in kept] == ["一", "二"]


async def test_replies_stand_under_what_began_the_talk(house, account):
    first = await say(house.rep, account, "报价？")
    answer = await say(house.manager, account, "九折", reply_to=first["id"])
    again = await say(house.rep, account, "好", reply_to=answer["id"])
    assert (answer["reply_to"], again["reply_to"]) == (first["id"], first["id"])
    await house.rep.delete(door(account, f"/{first['id']}"))
    by_id = {c["id"]: c for c in await listed(house.rep, account)}
    assert by_id[first["id"]]["deleted"]
    assert by_id[first["id"]]["text"] is None
    other = (await house.ok(house.rep.post("/api/records/account", json={"name": "甲"})))["id"]
    wrong = await house.rep.post(door(other), json={"text": "x", "reply_to": answer["id"]})
    assert refusal(wrong) == (422, "comment.reply")


async def test_sending_again_says_it_once(house, account):
    made = str(uuid.uuid4())
    first = await say(house.rep, account, "只说一次", id=made)
    assert (await say(house.rep, account, "只说一次", id=made))["id"] == first["id"]
    texts = [c["text"] for c in await listed(house.rep, account)]
    assert texts.count("只说一次") == 1
    answer = await house.manager.post(door(account), json={"text": "只说一次", "id": made})
    assert refusal(answer) == (409, "comment.exists")


@pytest.mark.parametrize(
    "body",
    [{}, {"text": "  "}, {"text": "x" * 10_001}, {"text": "x", "kind": 1}, {"text": None},
     {"text": "x", "files": ["nothing"]}],
)  # fmt: skip
async def test_bad_comments_are_refused(house, account, body):
    before = len(await listed(house.rep, account))
    assert (await house.rep.post(door(account), json=body)).status_code == 422
    assert len(await listed(house.rep, account)) == before


async def upload(client, name="合同.txt"):
    sent = {"file": (name, b"hello", "text/plain")}
    answer = await client.post("/api/files", files=sent)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def test_files_of_comments_are_read_with_the_record(house, account):
    file = await upload(house.rep)
    stolen = await house.manager.post(door(account), json={"text": "x", "files": [file]})
    assert refusal(stolen) == (422, "file.unknown")
    said = await say(house.rep, account, "见附件", files=[file])
    assert [f["name"] for f in said["files"]] == ["合同.txt"]
    assert (await house.manager.get(f"/api/files/{file}")).status_code == 200
    assert (await house.other.get(f"/api/files/{file}")).status_code == 404
    told = (await house.rep.get(f"/api/records/account/{account}/timeline?kinds=file")).json()
    assert [i["comment"]["id"] for i in told["items"]] == [said["id"]]
    await house.rep.delete(door(account, f"/{said['id']}"))
    assert (await house.manager.get(f"/api/files/{file}")).status_code == 404


async def test_a_file_needs_no_words_and_silence_is_refused(house, account):
    said = await say(house.rep, account, "", files=[await upload(house.rep)])
    assert (said["text"], [f["name"] for f in said["files"]]) == ("", ["合同.txt"])
    one = door(account, f"/{said['id']}")
    silent = await house.rep.patch(one, json={"text": " ", "files": []})
    assert refusal(silent) == (422, "comment.blank")
    assert refusal(await house.rep.post(door(account), json={"text": ""})) == (422, "comment.blank")


@pytest.mark.feature("Z12")
async def test_the_timeline_tells_comments_in_order_and_by_kind(house):
    record = (await house.ok(house.rep.post("/api/records/account", json={"name": "线"})))["id"]
    path = f"/api/records/account/{record}"
    for number in range(5):
        await say(house.rep, record, f"评论{number}")
        await house.ok(house.rep.patch(path, json={"size": number}))
    whole = (await house.rep.get(f"{path}/timeline")).json()["items"]
    assert len(whole) == 11
    assert [i["kind"] for i in whole[:2]] == ["history", "comment"]
    paged, cursor = [], ""
    while cursor is not None:
        page = await house.rep.get(f"{path}/timeline", params={"limit": 2, "cursor": cursor})
        paged += page.json()["items"]
        cursor = page.json()["next"]
    assert paged == whole
    for kinds, count in (("comment", 5), ("history", 6), ("comment,history", 11), ("file", 0)):
        told = (await house.rep.get(f"{path}/timeline", params={"kinds": kinds})).json()["items"]
        assert len(told) == count, kinds
    wrong = await house.rep.get(f"{path}/timeline?kinds=nothing")
    assert refusal(wrong) == (400, "timeline.kinds")


async def test_comments_of_merged_and_deleted_records(house):
    """A record in the trash takes its comments along; one merged brings them, and followers."""
    made = [
        (await house.ok(house.admin.post("/api/records/account", json={"name": n})))["id"]
        for n in ("留", "并")
    ]
    stays, goes = made
    await say(house.reader, goes, "老客户")
    merge = {"op": "merge", "object": "account", "id": stays, "from": [goes]}
    answer = await house.admin.post("/api/changesets", json={"changes": [merge]})
    assert answer.status_code == 200, answer.text
    assert refusal(await house.reader.get(door(goes))) == (404, "record.missing")
    [told] = await listed(house.reader, stays)
    assert (told["text"], told["of"]) == ("老客户", goes)
    who = (await house.reader.get(f"/api/records/account/{stays}/followers")).json()
    assert (who["following"], who["why"]) == (True, "merged")
    assert (await house.admin.delete(f"/api/records/account/{stays}")).status_code == 204
    assert refusal(await house.reader.get(door(stays))) == (404, "record.missing")
    await house.ok(house.admin.post(f"/api/records/account/{stays}/restore"))
    assert len(await listed(house.reader, stays)) == 1


async def test_erasing_a_person_blanks_comments_that_name_them(house):
    record = (
        await house.ok(
            house.admin.post("/api/records/account", json={"name": "丙", "phone": "13812345678"})
        )
    )["id"]
    file = await upload(house.admin)
    await say(house.admin, record, "打 138 1234 5678 找他", files=[file])
    await say(house.admin, record, "下周再谈")
    told = await house.admin.post(
        "/api/people/export", json={"records": [{"object": "account", "id": record}]}
    )
    assert told.status_code == 200
    body = {"reason": "本人要求"}
    await house.ok(house.admin.post(f"/api/records/account/{record}/erase", json=body))
    texts = [c["text"] for c in await listed(house.admin, record)]
    assert texts[0] == "下周再谈"
    assert "138" not in texts[1]
    assert (await house.admin.get(f"/api/files/{file}")).status_code == 404


async def test_following_is_asked_for_or_comes_of_itself(house):
    record = (await house.ok(house.rep.post("/api/records/account", json={"name": "戊"})))["id"]
    path = f"/api/records/account/{record}"

    async def followers(client=house.rep):
        told = (await client.get(f"{path}/followers")).json()
        return {i["member"]["title"]: i["why"] for i in told["items"]}

    assert await followers() == {"rep": "owned"}
    for _ in range(2):
        assert (await house.reader.put(f"{path}/follow")).status_code == 204
    await say(house.manager, record, f"@[{house.far.member}] 与 @[{house.narrow.member}]")
    assert await followers() == {"reader": "asked", "manager": "commented", "rep": "owned"}
    for _ in range(2):
        assert (await house.rep.delete(f"{path}/follow")).status_code == 204
    await say(house.rep, record, "自己说的话不再让我关注")
    assert "rep" not in await followers()
    await house.rep.put(f"{path}/follow")
    assert (await followers())["rep"] == "asked"
    mine = await house.reader.get(
        "/api/records/account", params={"filter": "EXISTS(follow, member = ME())"}
    )
    assert record in [r["id"] for r in mine.json()["items"]]
    talked = await house.manager.get(
        "/api/records/account", params={"filter": "EXISTS(评论, 评论人 = ME())"}
    )
    assert record in [r["id"] for r in talked.json()["items"]]
    assert (await house.other.put(f"{path}/follow")).status_code == 404


async def test_hints_are_cleared_away(house, account):
    await say(house.rep, account, "提示")
    assert (await house.rows("SELECT count(*) FROM {schema}.hint"))[0][0] > 0
    async with house.platform.database.transaction(house.workspace) as tx:
        await sweep(tx, Job(1, "stream.sweep", None, {}, clock.now(), 0, 8, None, clock.now()))
    assert (await house.rows("SELECT count(*) FROM {schema}.hint"))[0][0] > 0
    await house.rows(
        "UPDATE {schema}.hint SET id = '01900000-0000-7000-8000-000000000001'"
        " WHERE id = (SELECT min(id::text)::uuid FROM {schema}.hint) RETURNING 1"
    )
    async with house.platform.database.transaction(house.workspace) as tx:
        await sweep(tx, Job(1, "stream.sweep", None, {}, clock.now(), 0, 8, None, clock.now()))
    assert await house.rows("SELECT 1 FROM {schema}.hint WHERE id::text < '0191'") == []
