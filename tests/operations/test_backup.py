"""What is restored is what was there: row by row, file by file, key by key; or nothing at all."""

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.conftest import ADMIN_PASSWORD
from tests.doors import open_client, sign_in
from tests.operations.conftest import (
    CONTENTS,
    OTHER_LOGIN,
    Office,
    Restore,
    files_below,
    picture,
    quiet,
)

from changliu import main
from changliu.files.folder import folder_of
from changliu.files.handlers import remove_content
from changliu.jobs.model import Later, Registry
from changliu.jobs.worker import Worker
from changliu.kit.db import Database
from changliu.kit.errors import Conflict, Invalid, Problem
from changliu.kit.platform import Platform
from changliu.kit.postgres.launcher import Instance
from changliu.kit.postgres.workspaces import find_workspace, pause
from changliu.kit.retry import retry_locked
from changliu.kit.settings import Settings
from changliu.operations.backup.archive import Writer
from changliu.operations.backup.keys import collect_keys
from changliu.operations.backup.model import MANIFEST, Wish
from changliu.operations.backup.restore import MARK_FILE, check, restore
from changliu.operations.backup.store import CONTROL_LEFT, CONTROL_ROWS, connected, keep_files
from changliu.operations.health import health
from changliu.records.history.sealing.verify import verify

SECRET = "eight plain words that nobody guesses at once"


async def opened(instance: Instance, data: Path, login: str = "admin") -> httpx.Response:
    """Sign in to a restored installation and ask for its records."""
    settings = Settings(data=data)
    database = Database(instance.app_dsn, instance.owner_dsn, instance.eraser_dsn)
    await database.open()
    try:
        platform = Platform(database, settings, main.registries(settings))
        async with open_client(platform) as client:
            await sign_in(client, login, ADMIN_PASSWORD)
            made = await client.post("/api/records/case", json={"name": "afterwards"})
            assert made.status_code == 201, made.text
            return await client.get("/api/records/case?sort=code")
    finally:
        await database.close()


async def test_everything_comes_back(office: Office, restored: Restore, tmp_path: Path) -> None:
    before = picture(office.instance)
    done = await office.back_up(tmp_path / "all.backup")
    assert (done.workspaces, done.files, done.missing) == (("测试公司", "另一家"), 2, ())
    assert (tmp_path / "all.backup").stat().st_mode & 0o777 == 0o600
    instance, data = await restored(tmp_path / "all.backup")
    after = picture(instance)
    for what in before:
        assert after[what] == before[what], what
    own = office.platform.settings.data
    assert files_below(data / "files") == files_below(own / "files")
    assert collect_keys(data) == collect_keys(own)
    assert not (data / MARK_FILE).exists()


async def test_what_came_back_works_on(office: Office, restored: Restore, tmp_path: Path) -> None:
    await office.back_up(tmp_path / "all.backup")
    instance, data = await restored(tmp_path / "all.backup")
    records = (await opened(instance, data)).json()["items"]
    assert [item["values"]["code"] for item in records] == ["A-0001", "A-0002", "A-0003"]
    database = Database(instance.app_dsn, instance.owner_dsn)
    await database.open()
    try:
        where = await find_workspace(database, None)
        async with database.transaction(where, write=False) as tx:
            report = await verify(tx, data)
    finally:
        await database.close()
    assert report.ok, report.findings
    assert report.seals == 1
    kept = {path.read_bytes() for path in (data / "files" / where.schema).glob("??/??/*")}
    assert kept == set(CONTENTS)


async def test_a_copy_may_rest_until_it_is_told_to_work(
    office: Office, restored: Restore, tmp_path: Path
) -> None:
    await office.back_up(tmp_path / "all.backup")
    instance, data = await restored(tmp_path / "all.backup", paused=True)
    settings = Settings(data=data)
    database = Database(instance.app_dsn, instance.owner_dsn, instance.eraser_dsn)
    await database.open()
    try:
        registry = main.registries(settings)[Registry]
        assert await Worker(database, registry).drain() == 0
        told = await health(database, data)
        assert (told["status"], told["workspaces"]["paused"]) == ("ok", 2)
        where = await find_workspace(database, None)
        await retry_locked(lambda: pause(database, where, None))
        assert await Worker(database, registry).drain() > 0
    finally:
        await database.close()


async def test_one_company_of_two(office: Office, restored: Restore, tmp_path: Path) -> None:
    await office.back_up(tmp_path / "first.backup", workspaces=["测试公司"])
    with zipfile.ZipFile(tmp_path / "first.backup") as archive:
        assert OTHER_LOGIN not in archive.read("control/account.copy").decode()
        assert "workspaces/ws_2.dump" not in archive.namelist()
    await office.back_up(tmp_path / "all.backup")
    one = await restored(tmp_path / "first.backup")
    same = await restored(tmp_path / "all.backup", workspaces=["ws_1"])
    first, second = picture(one[0]), picture(same[0])
    first.pop("sequences"), second.pop("sequences")
    assert first == second
    with psycopg.connect(one[0].admin_dsn) as conn:
        logins = conn.execute("SELECT login FROM changliu.account").fetchall()
    assert logins == [("admin",)]
    assert files_below(one[1] / "files") == files_below(same[1] / "files")
    with pytest.raises(Problem, match="unknown"):
        await office.back_up(tmp_path / "none.backup", workspaces=["no such company"])
    assert not set(os.listdir(tmp_path)) & {"none.backup", ".none.backup.part"}


async def test_a_passphrase_closes_the_keys(
    office: Office, restored: Restore, tmp_path: Path
) -> None:
    file, own = tmp_path / "closed.backup", office.platform.settings.data
    await office.back_up(file, passphrase=SECRET)
    seal_key = (own / "secrets" / "seal.key").read_bytes()
    with zipfile.ZipFile(file) as archive:
        assert b"seal.key" not in archive.read("keys")
        assert seal_key not in archive.read("keys")
    for wrong in (None, "another"):
        with pytest.raises(Invalid, match="passphrase"):
            await restored(file, passphrase=wrong)
        with pytest.raises(Invalid, match="passphrase"):
            check(Wish(file, passphrase=wrong), main.chain(), quiet)
    _, data = await restored(file, passphrase=SECRET)
    assert (data / "secrets" / "seal.key").read_bytes() == seal_key
    assert (data / "secrets" / "seal.key").stat().st_mode & 0o777 == 0o600


async def test_nothing_is_written_over(office: Office, restored: Restore, tmp_path: Path) -> None:
    file = tmp_path / "all.backup"
    await office.back_up(file)
    bytes_before = file.read_bytes()
    with pytest.raises(Conflict, match="exists"):
        await office.back_up(file)
    assert file.read_bytes() == bytes_before
    instance, data = await restored(file)
    before = picture(instance)
    for folder in (data, tmp_path / "another"):
        folder.mkdir(exist_ok=True)
        with pytest.raises(Conflict, match=r"restore\.not_empty"):
            await restore(
                Settings(data=folder), lambda _: instance, main.chain(), Wish(file), quiet
            )
    assert picture(instance) == before
    with pytest.raises(Conflict, match=r"restore\.not_empty"):
        # An empty database, but a folder that holds another installation's keys.
        await restored_into(data, file, restored)


async def restored_into(data: Path, file: Path, restored: Restore) -> None:
    """Restore into a new database, but an old folder."""
    instance, _ = await restored(file)
    with psycopg.connect(instance.admin_dsn, autocommit=True) as conn:
        for schema in ("ws_1", "ws_2", "changliu", "changliu_fx"):
            conn.execute(f"DROP SCHEMA {schema} CASCADE")
    await restore(Settings(data=data), lambda _: instance, main.chain(), Wish(file), quiet)


def rewrite(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write an archive again with its members changed."""
    with zipfile.ZipFile(source) as archive:
        members = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    change(members)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def manifest(**changes: Any) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members[MANIFEST] = json.dumps(json.loads(members[MANIFEST]) | changes).encode()

    return change


def put(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: content})


def without(start: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        del members[next(name for name in members if name.startswith(start))]

    return change


ALTERED: dict[str, Callable[[dict[str, bytes]], None]] = {
    "a path upwards": put("../../evil", b"x"),
    "an absolute path": put("/etc/evil", b"x"),
    "a file nobody lists": put("files/ws_1/" + "0" * 64, b"x"),
    "a file of no company": put("files/ws_9/" + "0" * 64, b"x"),
    "an unlisted member": put("control/session.copy", b""),
    "a changed dump": put("workspaces/ws_1.dump", b"PGDMP"),
    "changed rows": put("control/account.copy", b""),
    "a key outside its folder": put("keys", b'{"../evil.key": ""}'),
    "keys that are none": put("keys", b"[1]"),
    "a lost file": without("files/"),
    "a lost dump": without("workspaces/"),
    "lost keys": without("keys"),
    "lost rows": without("control/token"),
    "no manifest": without(MANIFEST),
    "a manifest of nonsense": put(MANIFEST, b"{"),
    "a manifest that says more": manifest(surprise=1),
    "a schema that is none": manifest(workspaces=[{"id": 1, "schema_name": "public"}]),
}
NEWER = {
    "a newer format": manifest(format=2),
    "a newer program": manifest(chain=["kit/99:abc"]),
}


@pytest.mark.parametrize("case", [*ALTERED, *NEWER])
async def test_an_altered_archive_is_refused_untouched(
    office: Office, tmp_path: Path, case: str
) -> None:
    good, bad = tmp_path / "good.backup", tmp_path / "bad.backup"
    await office.back_up(good)
    rewrite(good, bad, (ALTERED | NEWER)[case])
    await refused(bad, tmp_path, "backup.newer" if case in NEWER else "backup.damaged")


async def test_an_archive_that_is_no_archive_is_refused(office: Office, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.backup", tmp_path / "bad.backup"
    await office.back_up(good)
    content = good.read_bytes()
    half, flipped = len(content) // 2, bytearray(content)
    flipped[half] ^= 1
    for text in (b"", b"PK", content[:half], content[:-30], bytes(flipped), b"\0" * 4096):
        bad.write_bytes(text)
        await refused(bad, tmp_path, "backup.damaged")
    await refused(tmp_path / "absent", tmp_path, "backup.damaged")
    bad.unlink()
    bad.mkdir()
    await refused(bad, tmp_path, "backup.damaged")


async def test_what_expands_or_points_elsewhere_is_refused(office: Office, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.backup", tmp_path / "bad.backup"
    await office.back_up(good)
    bad.write_bytes(good.read_bytes())
    with zipfile.ZipFile(bad, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/ws_1/" + "0" * 64, b"\0" * 50_000_000)
    assert bad.stat().st_size < good.stat().st_size + 100_000
    await refused(bad, tmp_path, "backup.damaged")
    bad.write_bytes(good.read_bytes())
    with zipfile.ZipFile(bad, "a") as archive:
        link = zipfile.ZipInfo("files/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    await refused(bad, tmp_path, "backup.damaged")
    bad.write_bytes(good.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(bad, "a") as archive:
        archive.writestr("keys", b"{}")
    await refused(bad, tmp_path, "backup.damaged")


async def refused(file: Path, tmp_path: Path, code: str) -> None:
    """An archive is refused before anything starts or is written."""
    data = tmp_path / "nothing"

    def start(_: Settings) -> Instance:
        raise AssertionError("started for a bad archive")

    with pytest.raises(Problem) as caught:
        await restore(Settings(data=data), start, main.chain(), Wish(file), quiet)
    assert caught.value.code == code, caught.value
    assert not data.exists()


async def test_a_gone_or_altered_file_is_named_not_kept(
    office: Office, restored: Restore, tmp_path: Path
) -> None:
    place = next((office.platform.settings.data / "files" / "ws_1").glob("??/??/*"))
    content = place.read_bytes()
    place.write_bytes(content + b"!")
    try:
        done = await office.back_up(tmp_path / "altered.backup")
        place.unlink()
        gone = await office.back_up(tmp_path / "gone.backup")
    finally:
        place.write_bytes(content)
    assert done.missing == gone.missing == (place.name,)
    assert done.files == 1
    _, data = await restored(tmp_path / "gone.backup")
    assert len(files_below(data / "files")) == 1


async def test_files_are_not_removed_under_a_backup(office: Office, tmp_path: Path) -> None:
    database = office.platform.database
    where = await find_workspace(database, None)
    folder = folder_of(tmp_path, where.schema)
    async with connected(office.instance.owner_dsn) as holder:
        assert await keep_files(holder, where.schema)
        async with database.transaction(where) as tx:
            with pytest.raises(Later):
                await remove_content(tx, folder, ["0" * 64])
        async with database.transaction(where) as tx:
            await holder.execute("SELECT pg_advisory_unlock_all()")
            await remove_content(tx, folder, ["0" * 64])
            assert not await keep_files(holder, where.schema)


async def test_two_backups_do_not_share_a_file(office: Office, tmp_path: Path) -> None:
    with Writer(tmp_path / "same.backup"), pytest.raises(Conflict, match="busy"):
        await office.back_up(tmp_path / "same.backup")
    assert os.listdir(tmp_path) == []


async def test_every_control_table_is_kept_or_left(office: Office) -> None:
    with psycopg.connect(office.instance.admin_dsn) as conn:
        rows = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'changliu'")
        assert {row[0] for row in rows} == {*CONTROL_ROWS, *CONTROL_LEFT}
