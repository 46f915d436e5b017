"""Rows to see how the web app behaves with many: leads for the grid, deals for the board."""

from typing import Any

from playwright.async_api import APIRequestContext
from tools.demo_server import DemoServer

BATCH = 2_000
WAIT_MS = 120_000
# Stages that ask for nothing when a deal begins there.
STAGES = ("prospecting", "engaging", "proposal", "negotiation")
LEVELS, SOURCES = ("A", "B", "C"), ("baidu", "douyin", "referral", "exhibition", "phone")


def _lead(number: int) -> dict[str, Any]:
    return {
        "name": f"流畅线索 {number:06d}",
        "company": f"流畅设备{number % 997:03d}有限公司",
        "contact_name": f"张{'伟芳娜敏静磊强洋'[number % 8]}{number % 13}",
        "mobile": f"138{number:08d}",
        "level": LEVELS[number % 3],
        "score": number % 101,
        "source": SOURCES[number % 5],
    }


def _deal(number: int) -> dict[str, Any]:
    return {
        "name": f"流畅商机 {number:04d}",
        "stage": STAGES[number % len(STAGES)],
        "amount": str(10_000 + number * 37),
        "win_rate": "0.3",
    }


async def fill(request: APIRequestContext, server: DemoServer, leads: int, deals: int) -> None:
    """Write what is missing until there are so many; raises `RuntimeError` when it is refused."""
    kinds = (("lead", "", leads, _lead), ("opportunity", "&filter=is_open", deals, _deal))
    for object_key, those, wanted, make in kinds:
        path = f"/api/records/{object_key}?limit=1&fields=id&count=true{those}"
        counted = await request.get(path, timeout=WAIT_MS)
        here = (await counted.json())["total"]
        for first in range(here, wanted, BATCH):
            numbers = range(first, min(first + BATCH, wanted))
            changes = [{"op": "create", "object": object_key, "values": make(n)} for n in numbers]
            answer = await request.post(
                "/api/changesets",
                data={"changes": changes},
                headers={"origin": server.url},
                timeout=WAIT_MS,
            )
            if not answer.ok:
                raise RuntimeError((await answer.text())[:500])
