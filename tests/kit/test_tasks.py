"""Tasks end when they are told to, whatever they are waiting for at that moment."""

import asyncio
import logging

import pytest

from changliu.kit import tasks
from changliu.kit.db import Database
from changliu.kit.platform import Platform
from changliu.kit.tasks import end_tasks


@pytest.mark.parametrize("turns", range(12))
async def test_one_that_is_just_handed_a_connection_ends(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    monkeypatch.setattr(tasks, "AGAIN_S", 0.05)
    narrow = Database(platform.database.app_dsn, platform.database.owner_dsn, size=1)
    await narrow.open()

    async def announce() -> None:
        async with narrow.transaction():
            pass
        # Who missed the cancellation goes on to wait for the next news.
        await asyncio.Event().wait()

    try:
        async with narrow.transaction():
            task = asyncio.create_task(announce())
            for _ in range(10):
                await asyncio.sleep(0)
            assert narrow.pools()["app"]["requests_waiting"] == 1
        for _ in range(turns):
            await asyncio.sleep(0)
        await end_tasks(task)
        assert task.cancelled()
    finally:
        await narrow.close()


async def test_one_that_misses_its_first_cancellation_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "AGAIN_S", 0.05)
    missed = 0

    async def deaf() -> None:
        nonlocal missed
        while missed < 2:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                missed += 1
        raise RuntimeError("a failure at the end is an end too")

    failing = asyncio.create_task(deaf())
    resting = asyncio.create_task(asyncio.Event().wait())
    await asyncio.sleep(0)
    await end_tasks(failing, resting)
    assert missed == 2
    assert resting.cancelled()
    assert isinstance(failing.exception(), RuntimeError)


async def test_one_that_never_ends_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tasks, "AGAIN_S", 0.01)
    free = asyncio.Event()

    async def stubborn() -> None:
        while not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(stubborn(), name="stubborn")
    await asyncio.sleep(0)
    with caplog.at_level(logging.ERROR):
        await end_tasks(task)
    assert "stubborn does not end" in caplog.text
    free.set()
    await task
