"""The doctor sees what is wrong and says what to do; daily backups come and go by the day."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.operations.conftest import Office

from changliu.kit.postgres.workspaces import find_workspace
from changliu.kit.settings import Settings
from changliu.operations.backup.daily import due, kept_backups, remove_old
from changliu.operations.doctor import examine
from changliu.records.history.sealing.keys import Head, keep_head, read_head
from changliu.records.rollups.store import note_drift


async def wrong(office: Office, **settings: object) -> list[str]:
    """What the doctor finds wrong, workers apart: none runs here."""
    changed = office.platform.settings.model_copy(update=settings)
    found = await examine(replace(office.platform, settings=changed))
    return [f.en for f in found if not f.ok and "workers alive" not in f.en and "fsync" not in f.en]


async def test_a_well_installation_is_well(office: Office) -> None:
    assert await wrong(office) == []


async def test_what_is_wrong_is_found(office: Office, tmp_path: Path) -> None:
    data = office.platform.settings.data
    assert "plain HTTP" in (await wrong(office, insecure_http=True))[0]
    assert "Newest daily backup: —" in (await wrong(office, backups=tmp_path))[0]
    place = next((data / "files" / "ws_1").glob("??/??/*"))
    content = place.read_bytes()
    place.write_bytes(b"altered")
    assert place.name in (await wrong(office))[0]
    place.write_bytes(content)
    (data / "secrets").chmod(0o755)
    assert "Keys others may read (secrets)" in (await wrong(office))[0]
    (data / "secrets").chmod(0o700)
    home = f"{office.platform.database.owner_dsn.split('dbname=')[1].split()[0]}.ws_1"
    before = read_head(data, home)
    assert before is not None
    keep_head(data, home, Head(before.number + 5, before.digest))
    assert "6 remembered: cut" in (await wrong(office))[0]
    (data / "seals" / f"{home}.head").unlink()
    keep_head(data, home, before)


async def test_roll_ups_that_were_put_right_are_told(office: Office) -> None:
    where = await find_workspace(office.platform.database, None)
    async with office.platform.database.transaction(where) as tx:
        await note_drift(tx, ("o_1", "f_1", 3))
    assert "3 put right in 7 days" in (await wrong(office))[0]


def test_a_daily_backup_is_due_once_and_old_ones_go(tmp_path: Path) -> None:
    settings = Settings(backups=tmp_path, timezone="Asia/Shanghai", backup_keep=2)
    early = datetime(2026, 11, 21, 18, 29, tzinfo=UTC)
    assert due(settings, early) is None
    file = due(settings, early.replace(minute=30))
    assert file == tmp_path / "changliu-2026-11-22.backup"
    assert due(Settings(), early.replace(minute=30)) is None
    for name in ("changliu-2026-11-20.backup", "changliu-2026-11-21.backup", "mine.backup"):
        (tmp_path / name).touch()
    file.touch()
    assert due(settings, early.replace(minute=30)) is None
    assert [path.name for path in remove_old(tmp_path, 2)] == ["changliu-2026-11-20.backup"]
    assert len(kept_backups(tmp_path)) == 2
    assert (tmp_path / "mine.backup").exists()
