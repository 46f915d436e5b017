"""Backups and restores that die: never a file that looks like a backup, never half a company."""

import asyncio
import shutil
import signal

from tests.operations.conftest import picture
from tests.walks.harness import CLI, Site, new_site
from tests.walks.points import KILLED
from tests.walks.test_saves import prepared

from changliu.kit.postgres import launcher
from changliu.kit.settings import Settings


async def run(site: Site, name: str, *words: str, **environment: str) -> int:
    """Run a command to its end and return its exit code."""
    return await site.child(name, *CLI, *words).start(**environment).ended(90)


async def test_whoever_dies_a_backup_is_whole_and_a_restore_begins_anew() -> None:
    async with new_site() as site, prepared(site) as client:
        for number in range(20):
            made = await client.post("/api/records/deal", json={"name": f"d{number}"})
            assert made.status_code == 201, made.text
        before = picture(site.instance)
        target, other = site.data / "kept.backup", site.data.with_name(f"{site.data.name}-other")
        for step in KILLED["backups"]:
            code = await run(site, "backup", "backup", str(target), CHANGLIU_CRASH_AT=step)
            assert code == -signal.SIGKILL
            assert not target.exists()
        assert await run(site, "backup", "backup", str(target)) == 0, site.text("backup")
        assert [path.name for path in site.data.glob("*kept*")] == ["kept.backup"]
        words = ("restore", str(target), "--data", str(other))
        try:
            for step in KILLED["restoring"]:
                code = await run(site, "restore", *words, CHANGLIU_CRASH_AT=step)
                assert code == -signal.SIGKILL, site.text("restore")
                if step == "restore.placed":
                    serve = ("serve", "--data", str(other), "--port", "0", "--workers", "0")
                    assert await run(site, "refused", *serve) == 1
                    assert "was cut off" in site.text("refused")
            instance = await asyncio.to_thread(launcher.start, Settings(data=other))
            after = picture(instance)
            # Every table row by row, and all that is made of tables.
            assert {what for what in before if after[what] != before[what]} == set()
            assert await run(site, "restore", *words) == 1
            assert "not written over" in site.text("restore")
            assert await run(site, "list", "workspace", "list", "--data", str(other)) == 0
            assert "测试公司" in site.text("list")
            rest = ("workspace", "pause", "测试公司", "--data", str(other))
            assert await run(site, "list", *rest) == 0
            assert "paused" in site.text("list")
            assert await run(site, "list", "workspace", "resume", *rest[2:]) == 0
        finally:
            await asyncio.to_thread(launcher.stop, Settings(data=other))
            shutil.rmtree(other, ignore_errors=True)
