"""An app leaves one workspace as a file and arrives in another as it was; bad files are refused."""

import io
import stat
import zipfile
from typing import Any

import httpx
import pytest
import yaml

from changliu import main
from changliu.bundles import service
from changliu.bundles.archive import packed
from changliu.definitions.kind import KindRegistry
from changliu.kit.errors import Invalid
from changliu.kit.platform import Platform
from changliu.kit.postgres.migrations import create_workspace
from changliu.timers.working_time import refresh_workspace

pytestmark = pytest.mark.feature("Z11")

OWNER = {
    "key": "keeper",
    "label": "保管人",
    "fields": [{"key": "name", "label": "姓名", "type": "text"}],
}
TOOL: dict[str, Any] = {
    "key": "tool",
    "label": {"zh-CN": "工具", "en": "Tool"},
    "title_field": "name",
    "fields": [
        {"key": "name", "label": "名称", "type": "text", "required": True},
        {"key": "price", "label": "单价", "type": "money", "synonyms": ["报价"]},
        {"key": "keeper", "label": "保管人", "type": "reference", "object": "keeper"},
        {"key": "twice", "label": "双价", "type": "formula", "formula": "单价 * 2"},
        {
            "key": "kind",
            "label": "类别",
            "type": "select",
            "options": [{"key": "a", "label": "甲"}],
        },
    ],
}
APART = {
    "key": "apart",
    "label": "无关",
    "fields": [{"key": "name", "label": "名", "type": "text"}],
}
ASKED = {"key": "toolbox", "label": "工具箱", "version": "1.0.0", "objects": ["tool"]}


def files_in(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: yaml.safe_load(archive.read(name)) for name in archive.namelist()}


async def test_an_own_app_installs_elsewhere_as_it_was(
    admin: httpx.AsyncClient, platform: Platform
) -> None:
    for body in (OWNER, TOOL, APART):
        answer = await admin.post("/api/objects", json=body)
        assert answer.status_code == 201, answer.text
    rename = {"label": {"zh-CN": "价格", "en": "Price"}}
    assert (await admin.patch("/api/objects/tool/fields/price", json=rename)).status_code == 200
    rule = {"label": "规则", "object": "tool", "must": "价格 >= 0", "message": "不能为负"}
    assert (await admin.put("/api/definitions/rule/priced", json=rule)).status_code == 200
    role = {
        "label": "库管",
        "grants": [
            {"object": "tool", "verbs": ["read"], "scope": "formula", "condition": "价格 > 1"},
            {"object": "apart", "verbs": ["read"], "scope": "all"},
        ],
    }
    assert (await admin.put("/api/definitions/role/stock", json=role)).status_code == 200

    answer = await admin.post("/api/bundles/export", json=ASKED)
    assert answer.status_code == 200, answer.text
    files = files_in(answer.content)
    assert set(files) == {
        "toolbox/app.yaml",
        "toolbox/objects/tool.yaml",
        "toolbox/objects/keeper.yaml",
        "toolbox/rules/priced.yaml",
        "toolbox/roles/stock.yaml",
    }
    formula = next(f for f in files["toolbox/objects/tool.yaml"]["fields"] if f["key"] == "twice")
    assert "价格" in formula["formula"]
    assert [g["object"] for g in files["toolbox/roles/stock.yaml"]["grants"]] == ["tool"]
    assert (await admin.post("/api/bundles/export", json=ASKED)).content == answer.content

    database, kinds = platform.database, platform.registry(KindRegistry)
    other = await create_workspace(database.owner_dsn, main.chain(), "二号公司", "Asia/Shanghai")
    await refresh_workspace(database, other)
    bundle = service.open_archive(answer.content)
    await service.install(database, other, kinds, bundle)
    async with database.transaction(other, write=False) as tx:
        again = packed("toolbox", await service.exported(tx, kinds, "toolbox"))
    assert files_in(again) == files


async def test_a_zip_is_tried_out_and_installed_over_http(admin: httpx.AsyncClient) -> None:
    field = {"key": "name", "label": "名称", "type": "text"}
    files = {
        "app.yaml": {"key": "notes", "label": "便签", "version": "1.0.0"},
        "objects/note.yaml": {"key": "note", "label": "便签", "fields": [field]},
    }
    data = packed("notes", files)
    assert packed("notes", dict(reversed(files.items()))) == data
    trial = await admin.post("/api/bundles/import?dry_run=true", content=data)
    assert trial.status_code == 200, trial.text
    assert (await admin.get("/api/objects/note")).status_code == 404
    assert (await admin.post("/api/bundles/import", content=data)).json() == trial.json()
    assert (await admin.get("/api/objects/note")).status_code == 200
    items = (await admin.get("/api/bundles")).json()["items"]
    (item,) = [each for each in items if each["key"] == "notes"]
    assert (item["version"], item["installed"]) == (None, "1.0.0")
    back = await admin.get("/api/bundles/notes/export")
    assert files_in(back.content)["notes/app.yaml"]["objects"] == ["note"]


async def test_what_means_nothing_elsewhere_stays(admin: httpx.AsyncClient) -> None:
    me = (await admin.get("/api/auth/session")).json()["member"]["id"]
    field = {"key": "who", "label": "谁", "type": "member", "default": me}
    answer = await admin.post("/api/objects/apart/fields", json=field)
    assert answer.status_code == 201, answer.text
    refused = await admin.post("/api/bundles/export", json={**ASKED, "objects": ["apart"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "bundle.private")
    assert refused.json()["errors"][0]["path"] == "fields[1].default"
    missing = await admin.post("/api/bundles/export", json={**ASKED, "objects": ["nothing"]})
    assert missing.status_code == 404


def zipped(*entries: tuple[str, bytes], mode: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, mode << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


HOSTILE = {
    "no zip": b"PK, but no zip",
    "nothing": b"",
    "empty": zipped(),
    "above": zipped(("x/../../evil.yaml", b"a: 1")),
    "absolute": zipped(("/etc/evil.yaml", b"a: 1")),
    "windows": zipped(("x\\..\\evil.yaml", b"a: 1")),
    "program": zipped(("x/app.yaml", b"key: x"), ("x/run.py", b"import os")),
    "link": zipped(("x/app.yaml", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777),
    "two apps": zipped(("x/app.yaml", b"key: x"), ("y/app.yaml", b"key: y")),
    "bomb": zipped(("x/app.yaml", b" " * 3_000_000)),
    "many": zipped(*((f"x/objects/a{i}.yaml", b"") for i in range(2_001))),
    "cut": zipped(("x/app.yaml", b"key: x" * 99))[:-30],
    "twisted": zipped(("x/app.yaml", b"key: x" * 99)).replace(b"x/app.yaml", b"x/apq.yaml", 1),
    "faulty": zipped(("x/app.yaml", b"key: y\nlabel: x\nversion: 1.0.0\n")),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_archives_are_refused(admin: httpx.AsyncClient, name: str) -> None:
    before = (await admin.get("/api/bundles")).json()
    answer = await admin.post("/api/bundles/import", content=HOSTILE[name])
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"].startswith("bundle.")
    assert (await admin.get("/api/bundles")).json() == before


def test_an_archive_that_is_too_large_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        service.open_archive(b"x" * 8_000_001)
    assert caught.value.code == "bundle.archive_too_large"
