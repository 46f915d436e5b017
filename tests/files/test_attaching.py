"""Attaching: own uploads, or files of records one reads; bounds and types; every writing door."""

import asyncio
from typing import Any

import pytest
from tests.files.conftest import MEGABYTE, PDF, PNG, Office, Person

from changliu.kit.ids import uuid7


def fault(answer: Any) -> tuple[int, str, str | None]:
    """Status, code and path of the first error."""
    first = answer.json()["errors"][0]
    return answer.status_code, first["code"], first.get("path")


async def doors(person: Person, case: str, **values: Any) -> list[tuple[str, str | None]]:
    """What each writing door answers to these values: the first fault, or ("", None)."""
    found = []

    def first(errors: list[dict[str, Any]]) -> tuple[str, str | None]:
        return (errors[0]["code"], errors[0].get("path")) if errors else ("", None)

    answers = [await person.create(**values), await person.change(case, **values)]
    create = {"op": "create", "object": "case", "values": values}
    update = {"op": "update", "object": "case", "id": case, "values": values}
    # 60 rows are above what one glued statement takes: the large path.
    for changes in ([create], [update], [create] * 60):
        for options in ({}, {"mode": "each"}, {"dry_run": True}):
            body = {"changes": changes, **options}
            answers.append(await person.client.post("/api/changesets", json=body))
    for answer in answers:
        document = answer.json()
        rows = [e for r in document.get("results", ()) for e in r.get("errors", ())]
        found.append(first(rows or document.get("errors", [])))
    return found


@pytest.mark.feature("Z5")
async def test_only_own_or_readable_files_are_attached_at_any_door(office: Office) -> None:
    mine = (await office.ann.case(name="我的"))["id"]
    hers = await office.eve.file(b"eve's")
    for file in (hers, str(uuid7())):
        refused = await doors(office.ann, mine, papers=[file])
        assert set(refused) == {("file.unknown", "papers")}, refused
    assert set(await doors(office.ann, mine, papers=[await office.ann.file(b"a")])) == {("", None)}


async def test_a_file_of_a_readable_record_may_be_attached_again(office: Office) -> None:
    file = await office.eve.file(b"shared by record")
    await office.eve.case(name="来源", papers=[file], owner=office.ann.member)
    assert (await office.ann.create(papers=[file])).status_code == 201
    assert fault(await office.bob.create(papers=[file])) == (422, "file.unknown", "papers")
    # Held by a record she reads, in a field she does not.
    inner = await office.eve.file(b"inner only")
    await office.eve.case(name="内部", inner=[inner], owner=office.ann.member)
    assert fault(await office.ann.create(papers=[inner])) == (422, "file.unknown", "papers")


async def test_what_the_record_held_before_may_stay(office: Office) -> None:
    first = await office.eve.file(b"first")
    case = await office.eve.case(name="补充", papers=[first], owner=office.ann.member)
    second = await office.ann.file(b"second")
    answer = await office.ann.change(case["id"], papers=[first, second])
    assert answer.status_code == 200, answer.text
    assert [f["id"] for f in answer.json()["values"]["papers"]] == [first, second]
    foreign = await office.bob.file(b"foreign")
    refused = await office.ann.change(case["id"], papers=[first, second, foreign])
    assert fault(refused) == (422, "file.unknown", "papers")


async def test_mode_each_leaves_out_only_the_bad_row(office: Office) -> None:
    good, bad = await office.ann.file(b"good row"), await office.eve.file(b"bad row")
    changes = [
        {"op": "create", "object": "case", "values": {"papers": [file]}} for file in (good, bad)
    ]
    answer = await office.ann.client.post(
        "/api/changesets", json={"mode": "each", "changes": changes}
    )
    results = answer.json()["results"]
    assert "id" in results[0]
    assert results[1]["errors"][0]["code"] == "file.unknown"
    marked = dict(await office.rows("SELECT id::text, attached_at IS NOT NULL FROM {schema}.file"))
    assert (marked[good], marked[bad]) == (True, False)


@pytest.mark.parametrize(
    ("field", "content", "name", "code"),
    [
        ("deed", PDF + b"x" * MEGABYTE, "a.pdf", "file.too_large"),
        ("deed", PNG, "a.pdf", "file.type"),
        ("deed", b"PK\x03\x04", "a.docx", ""),
        ("deed", PDF, "a", ""),
        ("pictures", PDF, "a.png", "file.type"),
        ("pictures", b"<svg xmlns=''/>", "a.png", "file.type"),
        ("pictures", PNG, "a", ""),
        ("voice", b"ID3\x03", "a.mp3", ""),
        ("voice", b"\x1a\x45\xdf\xa3", "a.webm", ""),
        ("voice", PNG, "a.mp3", "file.type"),
    ],
)
async def test_fields_bound_size_and_type(
    office: Office, field: str, content: bytes, name: str, code: str
) -> None:
    file = await office.ann.file(content, name)
    answer = await office.ann.create(**{field: [file]})
    if code:
        assert fault(answer) == (422, code, field)
    else:
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (["x"], "field.type"),
        ([7], "field.type"),
        ({"id": "x"}, "field.type"),
        ([{"name": "a"}], "field.type"),
        ([str(uuid7()), str(uuid7())], "field.too_many"),
    ],
)
async def test_values_that_name_no_files(office: Office, value: Any, code: str) -> None:
    assert fault(await office.ann.create(deed=value)) == (422, code, "deed")


@pytest.mark.parametrize("accept", [["pdf"], ["image/"], ["a b/c"], ["%/*"], ["x/y'"]])
async def test_accept_must_name_types(office: Office, accept: list[str]) -> None:
    body = {"key": "odd", "label": "怪", "type": "file", "accept": accept}
    answer = await office.admin.client.post("/api/objects/case/fields", json=body)
    assert answer.status_code == 422
    assert fault(answer)[1] == "field.setting"


async def test_one_file_attached_by_many_at_once(office: Office) -> None:
    file = await office.ann.file(b"popular")
    answers = await asyncio.gather(*(office.ann.create(papers=[file]) for _ in range(12)))
    assert [a.status_code for a in answers] == [201] * 12


async def test_a_formula_may_ask_whether_files_are_there(office: Office) -> None:
    file = await office.ann.file(b"proof")
    held = await office.ann.case(name="有据", voice=None, papers=[file])
    empty = await office.ann.case(name="无据")
    answer = await office.ann.client.get(
        "/api/records/case",
        params={"filter": 'NOT ISBLANK(papers) AND CONTAINS(name, "据")'},
    )
    assert [r["id"] for r in answer.json()["items"]] == [held["id"]]
    assert empty["values"]["papers"] is None
    for text in ('papers.name = "x"', 'papers = "x"', 'HAS(papers, "x")', "SUM(papers.size) > 1"):
        answer = await office.ann.client.get("/api/records/case", params={"filter": text})
        assert answer.status_code in (200, 422), (text, answer.text)


async def test_a_revert_puts_files_back_whoever_uploaded_them(office: Office) -> None:
    file = await office.eve.file(b"put back")
    case = await office.eve.case(name="还原", papers=[file], owner=office.ann.member)
    change = {"op": "update", "object": "case", "id": case["id"], "values": {"papers": None}}
    made = await office.ann.client.post("/api/changesets", json={"changes": [change]})
    assert made.status_code == 200, made.text
    assert await office.ann.sees(file) == 404
    taken = await office.ann.change(case["id"], papers=[file])
    assert fault(taken) == (422, "file.unknown", "papers")
    answer = await office.ann.client.post(f"/api/changesets/{made.json()['id']}/revert", json={})
    assert answer.status_code == 200, answer.text
    assert await office.ann.sees(file) == 200
