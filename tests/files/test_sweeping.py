"""Clearing away: uploads nobody attached, content without a row, what killed processes left."""

import asyncio
import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.files.conftest import Office

from changliu.files import handlers, service
from changliu.files.store import lock_content
from changliu.jobs.batch import Crew, run_batch
from changliu.jobs.model import Registry
from changliu.kit.ids import uuid7

DAY = timedelta(hours=24)


async def age(office: Office, file: str, by: timedelta) -> None:
    """Make an upload older."""
    await office.rows(
        "UPDATE {schema}.file SET uploaded_at = uploaded_at - %s WHERE id = %s RETURNING id",
        [by, file],
    )


async def sweep(office: Office) -> None:
    """Run the sweep and everything it asks for, as a worker does."""
    database, workspace = office.platform.database, office.workspace
    async with database.transaction(workspace) as tx:
        await handlers.sweep_unattached(tx, office.folder)
    kinds = handlers.handlers(office.platform.settings.data)
    crew = Crew(uuid7(), Registry(kinds))
    while (await run_batch(database, workspace, crew)).claimed:
        pass


def old(path: Path) -> Path:
    """Make a path look a day and a bit old."""
    then = time.time() - DAY.total_seconds() - 60
    os.utime(path, (then, then))
    return path


async def test_only_old_and_never_attached_uploads_go(office: Office) -> None:
    contents = {name: f"sweep {name}".encode() for name in ("young", "old", "held", "once", "twin")}
    files = {name: await office.ann.file(content) for name, content in contents.items()}
    twin = await office.bob.file(contents["twin"])
    await office.ann.case(papers=[files["held"]])
    case = await office.ann.case(papers=[files["once"]])
    assert (await office.ann.change(case["id"], papers=None)).status_code == 200
    for name in ("old", "held", "once", "twin"):
        await age(office, files[name], DAY + timedelta(minutes=1))
    await age(office, files["young"], DAY - timedelta(minutes=1))
    await sweep(office)
    left = {name for name, content in contents.items() if office.on_disk(content)}
    # The twin's bytes are still another upload's; what a record once held stays for its history.
    assert left == {"young", "held", "once", "twin"}
    seen = {name: await office.ann.sees(file) for name, file in files.items()}
    assert seen == {"young": 200, "old": 404, "held": 200, "once": 404, "twin": 404}
    assert await office.bob.sees(twin) == 200
    refused = await office.ann.create(papers=[files["old"]])
    assert refused.json()["errors"][0]["code"] == "file.unknown"


async def test_the_same_content_comes_back_after_a_sweep(office: Office) -> None:
    content = b"again and again"
    await age(office, await office.ann.file(content), 2 * DAY)
    await sweep(office)
    assert not office.on_disk(content)
    assert await office.ann.sees(await office.ann.file(content)) == 200


async def test_an_upload_waits_for_a_removal_of_its_content(office: Office) -> None:
    content = b"in and out"
    digest = hashlib.sha256(content).hexdigest()
    async with office.platform.database.transaction(office.workspace) as tx:
        await lock_content(tx, [digest])
        coming = asyncio.create_task(office.ann.file(content))
        await asyncio.sleep(0.2)
        assert not coming.done()
        await handlers.remove_content(tx, office.folder, [digest])
    assert await office.ann.sees(await coming) == 200


async def test_a_sweep_and_an_attachment_never_lose_a_file(office: Office) -> None:
    for _ in range(10):
        content = os.urandom(16)
        file = await office.ann.file(content)
        await age(office, file, 2 * DAY)
        answer, _ = await asyncio.gather(office.ann.create(papers=[file]), sweep(office))
        if answer.status_code == 201:
            assert office.on_disk(content)
            assert await office.ann.sees(file) == 200
        else:
            assert answer.json()["errors"][0]["code"] == "file.unknown"
            assert not office.on_disk(content)


async def test_what_a_killed_upload_left_is_cleared(office: Office) -> None:
    kept, content = b"kept", b"renamed, never committed"
    file = await office.ann.file(kept)
    digests = {c: hashlib.sha256(c).hexdigest() for c in (kept, content)}
    half = office.folder.new()
    half.write_bytes(b"half of a fi")
    place = office.folder.place(digests[content])
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    marks = [office.folder.incoming / f"mark-{d}-{uuid7().hex}" for d in digests.values()]
    fresh = office.folder.new()
    for path in (half, *marks, fresh):
        path.touch()
    for path in (half, *marks):
        old(path)
    await sweep(office)
    assert list(office.folder.incoming.iterdir()) == [fresh]
    assert not office.on_disk(content)
    assert await office.ann.sees(file) == 200
    fresh.unlink()


async def test_an_erased_file_is_gone_with_its_bytes(office: Office) -> None:
    content, shared = b"a face", b"a face two people uploaded"
    files = [await office.ann.file(c) for c in (content, shared)]
    other = await office.bob.file(shared)
    case = await office.ann.case(papers=files)
    async with office.platform.database.transaction(office.workspace) as tx:
        await service.erase(tx, [UUID(file) for file in files])
    await sweep(office)
    assert [office.on_disk(c) for c in (content, shared)] == [False, True]
    assert [await office.ann.sees(f) for f in files] == [404, 404]
    assert await office.bob.sees(other) == 200
    seen = await office.ann.client.get(f"/api/records/case/{case['id']}")
    assert seen.json()["values"]["papers"] == []


async def test_lost_content_says_so(office: Office) -> None:
    content = b"will be lost"
    file = await office.ann.file(content)
    office.folder.place(hashlib.sha256(content).hexdigest()).unlink()
    answer = await office.ann.client.get(f"/api/files/{file}")
    assert (answer.status_code, answer.json()["code"]) == (503, "file.lost")
    # Sent again, it is whole again, under the old id too.
    await office.bob.file(content)
    assert await office.ann.sees(file) == 200


@pytest.mark.parametrize("count", [0, 3])
async def test_a_sweep_without_work_writes_no_job(office: Office, count: int) -> None:
    for _ in range(count):
        await office.ann.file(os.urandom(4))
    await sweep(office)
    assert await office.rows("SELECT count(*) FROM {schema}.job WHERE kind LIKE 'file.%%'") == [
        (0,)
    ]
