"""Reading a file: its uploader until a record holds it, then whoever reads record and field."""

import pytest
from tests.files.conftest import PDF, PNG, ROLES, Office

from changliu.kit.ids import uuid7
from changliu.records.attachments.store import held_statement
from changliu.records.context import context_for
from changliu.records.query.service import reader_of, runtime_params

VISIT = {
    "key": "visit",
    "label": "走访",
    "fields": [{"key": "case", "label": "案卷号", "type": "reference", "object": "case"}],
}


async def test_ranges_and_tags(office: Office) -> None:
    content = bytes(range(256)) * 40
    file = await office.ann.file(content)
    get = office.ann.client.get

    async def part(spec: str, **headers: str):
        return await get(f"/api/files/{file}", headers={"range": f"bytes={spec}", **headers})

    got = await part("10-19")
    assert (got.status_code, got.content) == (206, content[10:20])
    assert got.headers["content-range"] == f"bytes 10-19/{len(content)}"
    assert (await part("-5")).content == content[-5:]
    assert (await part("10000-")).content == content[10000:]
    beyond = await part(f"{len(content)}-")
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{len(content)}"
    assert beyond.headers["content-type"] == "application/problem+json"
    assert (beyond.json()["code"], beyond.json()["status"]) == ("file.range", 416)
    assert str(len(content)) in beyond.json()["detail"]
    for spec in ("x", "5-2", "", "-"):
        unread = await part(spec)
        assert (unread.status_code, unread.json()["code"]) == (400, "file.range"), spec
        assert unread.headers["content-type"] == "application/problem+json"
        assert "content-disposition" not in unread.headers
    tag = got.headers["etag"]
    assert (await part("0-3", **{"if-range": tag})).status_code == 206
    assert (await part("0-3", **{"if-range": '"other"'})).status_code == 200
    same = await get(f"/api/files/{file}", headers={"if-none-match": f'"x", {tag}'})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["cache-control"] == "private, no-cache"


@pytest.mark.feature("Z5")
async def test_an_upload_is_its_uploaders_until_a_record_holds_it(office: Office) -> None:
    file = await office.ann.file(b"ann's own")
    assert await office.ann.sees(file) == 200
    for other in (office.bob, office.eve, office.zoe, office.admin):
        assert await other.sees(file) == 404
    for nothing in (uuid7(), "nothing", "..%2f..%2fetc%2fpasswd"):
        assert await office.ann.sees(str(nothing)) == 404


@pytest.mark.feature("Z5")
async def test_a_held_file_follows_record_and_field(office: Office) -> None:
    papers, inner = await office.eve.file(b"papers"), await office.eve.file(b"inner")
    case = await office.eve.case(name="案", papers=[papers], inner=[inner], owner=office.ann.member)
    # The owner reads the record, but not the inner papers; a visitor reads neither field.
    assert [await office.ann.sees(f) for f in (papers, inner)] == [200, 404]
    assert [await office.eve.sees(f) for f in (papers, inner)] == [200, 200]
    assert [await office.admin.sees(f) for f in (papers, inner)] == [200, 200]
    assert [await office.zoe.sees(f) for f in (papers, inner)] == [404, 404]
    assert [await office.bob.sees(f) for f in (papers, inner)] == [404, 404]
    seen = (await office.ann.client.get(f"/api/records/case/{case['id']}")).json()["values"]
    assert [f["id"] for f in seen["papers"]] == [papers]
    assert "inner" not in seen
    # A new owner: the file moves with the record, at once.
    moved = await office.admin.change(case["id"], owner=office.bob.member)
    assert moved.status_code == 200, moved.text
    assert await office.ann.sees(papers) == 404
    assert await office.bob.sees(papers) == 200
    # Taken out of the record, nobody reads it, its uploader included.
    assert (await office.bob.change(case["id"], papers=None)).status_code == 200
    for person in (office.bob, office.eve, office.admin):
        assert await person.sees(papers) == 404


@pytest.mark.feature("Z5")
async def test_a_share_opens_the_files_and_its_end_closes_them(office: Office) -> None:
    file = await office.ann.file(b"shared")
    case = await office.ann.case(name="共享", papers=[file])
    assert await office.bob.sees(file) == 404
    where = f"/api/records/case/{case['id']}/shares"
    body = {"member": office.bob.member, "access": "read"}
    made = await office.admin.client.post(where, json=body)
    assert made.status_code == 201, made.text
    assert await office.bob.sees(file) == 200
    ended = await office.admin.client.delete(f"{where}/{made.json()['id']}")
    assert ended.status_code == 204, ended.text
    assert await office.bob.sees(file) == 404


async def test_a_deleted_record_shows_no_files(office: Office) -> None:
    file = await office.ann.file(b"gone with the record")
    case = await office.ann.case(papers=[file])
    assert await office.ann.sees(file) == 200
    answer = await office.ann.client.delete(f"/api/records/case/{case['id']}")
    assert answer.status_code == 204
    assert await office.ann.sees(file) == 404


async def test_a_masked_field_shows_no_file(office: Office) -> None:
    file = await office.admin.file(b"covert")
    team = (await office.rows("SELECT id FROM {schema}.team"))[0][0]
    case = await office.admin.case(name="密", covert=[file], team=str(team))
    seen = await office.eve.client.get(f"/api/records/case/{case['id']}")
    assert seen.json()["values"]["covert"] is None
    assert await office.eve.sees(file) == 404
    assert await office.admin.sees(file) == 200


@pytest.mark.feature("Z5")
async def test_no_door_names_a_file_its_caller_may_not_read(office: Office) -> None:
    file = await office.admin.file(PDF, "绝密文件名.pdf")
    team = (await office.rows("SELECT id FROM {schema}.team"))[0][0]
    case = await office.admin.case(name="案", inner=[file], owner=office.ann.member, team=str(team))
    get, where = office.ann.client.get, f"/api/records/case/{case['id']}"
    doors = [
        await get(where),
        await get("/api/records/case"),
        await get("/api/records/case", params={"fields": "name,inner"}),
        await get("/api/records/case", params={"filter": "NOT ISBLANK(inner)"}),
        await get(f"{where}/history"),
        await get(f"/api/files/{file}"),
        await get(f"/api/files/{file}", headers={"range": "bytes=0-1"}),
        await office.ann.change(case["id"], papers=[file]),
        await office.ann.create(papers=[file]),
    ]
    for answer in doors:
        assert "绝密" not in answer.text, answer.request.url
        assert file not in answer.text, answer.request.url
    assert [answer.status_code for answer in doors] == [200, 200, 422, 422, 200, 404, 404, 422, 422]


async def test_every_reading_door_writes_files_alike(office: Office) -> None:
    file = await office.ann.file(PNG, "照片.png")
    case = await office.ann.case(name="图", pictures=[file])
    wanted = [{"id": file, "name": "照片.png", "type": "image/png", "size": len(PNG)}]
    get, where = office.ann.client.get, f"/api/records/case/{case['id']}"
    listed = await get("/api/records/case", params={"filter": 'name = "图"'})
    history = (await get(f"{where}/history")).json()["items"][0]["changes"]
    shown = [
        case["values"]["pictures"],
        (await get(where)).json()["values"]["pictures"],
        listed.json()["items"][0]["values"]["pictures"],
        next(c["to"] for c in history if c["field"] == "pictures"),
    ]
    for files in shown:
        assert [{k: f[k] for k in wanted[0]} for f in files] == wanted
        assert len(files[0]["sha256"]) == 64
    # What is read may be written back as it is.
    again = await office.ann.change(case["id"], pictures=shown[0])
    assert again.status_code == 200
    assert again.json()["version"] == case["version"]


async def test_files_behind_a_reference_follow_the_record_behind_it(office: Office) -> None:
    file = await office.ann.file(PNG, "门头.png")
    case = await office.ann.case(name="后", pictures=[file])
    answer = await office.admin.client.post("/api/objects", json=VISIT)
    assert answer.status_code == 201, answer.text
    answer = await office.admin.client.post("/api/records/visit", json={"case": case["id"]})
    assert answer.status_code == 201, answer.text
    get = office.admin.client.get
    page = await get("/api/records/visit", params={"fields": "case.pictures"})
    assert page.json()["items"][0]["values"]["case.pictures"][0]["name"] == "门头.png"
    await office.admin.client.put(
        "/api/definitions/role/visitor",
        json={**ROLES["visitor"], "grants": [
            *ROLES["visitor"]["grants"],
            {"object": "visit", "verbs": ["read"], "scope": "all", "read": ["case"]},
        ]},
    )  # fmt: skip
    refused = await office.zoe.client.get("/api/records/visit", params={"fields": "case.pictures"})
    assert refused.status_code == 422
    assert "门头" not in refused.text


class Undo(Exception):  # noqa: N818 -- rolls a transaction back
    """The rows made to be explained go again."""


async def explained(office: Office, plan: list[str]) -> None:
    """Put the plan of the search over 5,000 files into a list; raises `Undo`."""
    async with office.platform.database.transaction(office.workspace) as tx:
        context = await context_for(tx, await office.actor(tx, "admin"))
        case = context.catalogue.object("case")
        await tx.rows(
            f"INSERT INTO {tx.schema}.{case.table} (id, version, created_at, created_by,"
            f" updated_at, updated_by, {case.by_key['papers'].column}) SELECT gen_random_uuid(), 1,"
            " %(now)s, %(me)s, %(now)s, %(me)s, ARRAY[gen_random_uuid()]"
            " FROM generate_series(1, 5000) RETURNING 1",
            {"now": tx.now, "me": office.admin.member},
        )
        await tx.rows(f"SELECT {tx.schema}.refresh_statistics(%s)", [case.table])
        statement = held_statement(reader_of(tx, context.access, context.catalogue))
        assert statement is not None
        params = {**runtime_params(tx, context.access), **statement.params, "wanted": [uuid7()]}
        plan += [line for (line,) in await tx.client("EXPLAIN " + statement.text, params)]
        raise Undo


async def test_the_search_for_holders_uses_the_index(office: Office) -> None:
    plan: list[str] = []
    with pytest.raises(Undo):
        await explained(office, plan)
    assert any("Bitmap Index Scan on i_" in line for line in plan), plan
    assert not any("Seq Scan" in line for line in plan), plan


async def test_a_disabled_member_reads_no_files(office: Office) -> None:
    file = await office.bob.file(b"bob's")
    assert await office.bob.sees(file) == 200
    answer = await office.admin.client.post(f"/api/members/{office.bob.member}/disable")
    assert answer.status_code == 200, answer.text
    assert await office.bob.sees(file) == 401
    assert (await office.bob.upload(b"more")).status_code == 401
