"""Uploads at the door: streamed to disk, hashed, named and typed by what they are, bounded."""

import asyncio
import hashlib
import os

import httpx
import pytest
from tests.files.conftest import LIMIT_MB, MEGABYTE, PDF, PNG, Office


@pytest.mark.feature("Z1")
async def test_an_upload_comes_back_as_it_went(office: Office) -> None:
    content = os.urandom(MEGABYTE + 7)
    answer = await office.ann.upload(content, "报价单 2026.bin")
    assert answer.status_code == 201
    digest = hashlib.sha256(content).hexdigest()
    made = answer.json()
    assert made == {
        "id": made["id"],
        "name": "报价单 2026.bin",
        "type": "application/octet-stream",
        "size": len(content),
        "sha256": digest,
    }
    got = await office.ann.client.get(f"/api/files/{made['id']}")
    assert got.content == content
    assert got.headers["etag"] == f'"{digest}"'
    assert got.headers["accept-ranges"] == "bytes"
    assert office.on_disk(content)
    assert list(office.folder.incoming.iterdir()) == []
    assert office.folder.root.stat().st_mode & 0o077 == 0


async def test_hash_and_bytes_are_right_however_the_body_is_cut(office: Office) -> None:
    content = b"\r\n--x\r\n--xy--" * 999 + PNG
    body = (
        b'--x\r\ncontent-disposition: form-data; name="note"\r\n\r\nnot the file\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        + content.replace(b"--x", b"==x")
        + b"\r\n--x--\r\n"
    )

    async def drip(step: int):
        for at in range(0, len(body), step):
            yield body[at : at + step]

    for step in (1, 7, 4096):
        answer = await office.ann.client.post(
            "/api/files",
            content=drip(step),
            headers={"content-type": "multipart/form-data; boundary=x"},
        )
        assert answer.status_code == 201, answer.text
        wanted = content.replace(b"--x", b"==x")
        assert answer.json()["sha256"] == hashlib.sha256(wanted).hexdigest()


async def test_many_upload_the_same_content_at_once(office: Office) -> None:
    content = b"the very same " * 10_000
    people = (office.ann, office.bob, office.eve)
    answers = await asyncio.gather(*(p.upload(content) for p in people * 5))
    assert [a.status_code for a in answers] == [201] * 15
    assert len({a.json()["id"] for a in answers}) == 15
    assert office.on_disk(content)
    place = office.folder.place(hashlib.sha256(content).hexdigest())
    assert [p.name for p in place.parent.iterdir()] == [place.name]
    assert place.read_bytes() == content
    for person, answer in zip(people, answers, strict=False):
        assert await person.sees(answer.json()["id"]) == 200


@pytest.mark.parametrize("over", [1, 5 * MEGABYTE])
async def test_too_large_is_refused_and_leaves_nothing(office: Office, over: int) -> None:
    before = await office.rows("SELECT count(*) FROM {schema}.file")
    answer = await office.ann.upload(b"x" * (LIMIT_MB * MEGABYTE + over))
    assert answer.status_code == 413
    assert answer.json()["code"] in ("file.too_large", "body.too_large")
    assert await office.rows("SELECT count(*) FROM {schema}.file") == before
    assert list(office.folder.incoming.iterdir()) == []
    assert (await office.ann.upload(b"x" * (LIMIT_MB * MEGABYTE))).status_code == 201


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"),
    [
        ({"content-type": "application/json"}, b"{}", 400, "body.content_type"),
        ({"content-type": "multipart/form-data"}, b"x", 400, "body.content_type"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"", 400, "body.multipart"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"nonsense", 400, "body.multipart"),
        (
            {"content-type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf',
            400,
            "body.multipart",
        ),
        (
            {"content-type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--x--',
            422,
            "file.missing",
        ),
        (
            {"content-type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\r\n--x--',
            422,
            "file.empty",
        ),
        (
            {"content-type": "multipart/form-data; boundary=" + "x" * 5000},
            b"--x",
            400,
            "body.multipart",
        ),
    ],
)
async def test_bodies_that_are_no_upload_say_so(
    office: Office, headers: dict[str, str], content: bytes, status: int, code: str
) -> None:
    answer = await office.ann.client.post("/api/files", headers=headers, content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not office.folder.incoming.is_dir() or list(office.folder.incoming.iterdir()) == []


async def test_two_files_in_one_request_are_refused(office: Office) -> None:
    files = [("file", ("a", b"one")), ("file", ("b", b"two"))]
    answer = await office.ann.client.post("/api/files", files=files)
    assert (answer.status_code, answer.json()["code"]) == (422, "file.several")


async def test_strangers_and_readers_upload_nothing(office: Office) -> None:
    anonymous = {"authorization": "Bearer cls_nobody"}
    answer = await office.ann.client.post(
        "/api/files", files={"file": ("a", b"x")}, headers=anonymous
    )
    assert answer.status_code == 401
    token = await office.ann.client.post("/api/tokens", json={"name": "读", "scopes": ["read"]})
    assert token.status_code == 201, token.text
    reader = {"authorization": f"Bearer {token.json()['token']}"}
    answer = await office.ann.client.post("/api/files", files={"file": ("a", b"x")}, headers=reader)
    assert (answer.status_code, answer.json()["code"]) == (403, "token.scope")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\合同.pdf", "合同.pdf"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("tab\tnul\x01.txt", "tabnul.txt"),
        ("con.txt", "_con.txt"),
        ('quo"te<b>.html', "quo_te_b_.html"),
        ("长" * 300 + ".pdf", "长" * 65 + ".pdf"),
        ("e\u0301.txt", "é.txt"),
    ],
)
async def test_hostile_names_are_tamed(office: Office, given: str, kept: str) -> None:
    name = given.replace("\\", "\\\\").replace('"', '\\"').encode()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\nx\r\n--x--'
        % name
    )
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await office.ann.client.post("/api/files", content=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["name"] == kept
    got = await office.ann.client.get(f"/api/files/{answer.json()['id']}")
    assert "\n" not in got.headers["content-disposition"]


@pytest.mark.parametrize(
    ("content", "name", "kind", "shown"),
    [
        (PNG, "evil.html", "image/png", True),
        (b"<html><script>alert(1)</script>", "photo.png", "text/html", False),
        (b"\n\n  <!DOCTYPE html>", "a.txt", "text/html", False),
        (b'<?xml version="1.0"?><svg onload="x()"/>', "a.png", "image/svg+xml", False),
        (b"hello, <iframe src=x>", "a.txt", "text/html", False),
        ("普通文字\n".encode(), "a.txt", "text/plain", True),
        ("普通文字，国标\n".encode("gbk"), "a.txt", "text/plain", True),
        (PDF, "a.png", "application/pdf", False),
        (b"MZ\x90\x00", "a.jpg", "application/vnd.microsoft.portable-executable", False),
        (b"PK\x03\x04rest", "a.xlsx", "application/vnd.openxmlformats-officedocument"
         ".spreadsheetml.sheet", False),
        (b"PK\x03\x04rest", "a.html", "application/zip", False),
        (b"\x00\x01\x02", "a.html", "application/octet-stream", False),
    ],
)  # fmt: skip
async def test_the_content_decides_the_type_and_nothing_runs(
    office: Office, content: bytes, name: str, kind: str, shown: bool
) -> None:
    file = await office.ann.file(content, name)
    got: httpx.Response = await office.ann.client.get(f"/api/files/{file}")
    assert got.headers["content-type"].split(";")[0] == kind
    assert got.headers["content-disposition"].startswith("inline" if shown else "attachment")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    saved = await office.ann.client.get(f"/api/files/{file}", params={"download": "1"})
    assert saved.headers["content-disposition"].startswith("attachment")
