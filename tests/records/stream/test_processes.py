"""Two `changliu serve` on one data folder: what one saves, pages of the other are told."""

import json
import time
from collections.abc import Iterator

import httpx
from tests.operations.test_serve import Serve, data

__all__ = ["data"]
PASSWORD = "given by the operator 1"


def signed_in(server: Serve) -> dict[str, str]:
    body = {"login": "admin", "password": PASSWORD}
    answer = httpx.post(f"{server.url}/api/auth/login", json=body)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def told(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, str]]]:
    event = ""
    for line in lines:
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield event, json.loads(line.removeprefix("data: "))


def save(server: Serve, headers: dict[str, str], name: str) -> str:
    change = {"op": "create", "object": "account", "values": {"name": name}}
    answer = httpx.post(
        f"{server.url}/api/changesets", json={"changes": [change]}, headers=headers, timeout=20
    )
    assert answer.status_code == 200, answer.text
    assert "id" in answer.json()["results"][0], answer.text
    return answer.json()["id"]


def test_a_page_of_one_server_is_told_what_another_saves(data) -> None:
    given = {"CHANGLIU_ADMIN_PASSWORD": PASSWORD}
    first = Serve(data, "first", ("--demo",), environment=given).ready()
    second = Serve(data, "second", environment=given).ready()
    here, there = signed_in(first), signed_in(second)
    with httpx.stream("GET", f"{second.url}/api/events/stream", headers=there, timeout=30) as page:
        events = told(page.iter_lines())
        assert next(events)[0] == "ready"
        began = time.monotonic()
        made = save(first, here, "甲")
        assert next(events) == ("changeset", {"object": "account", "changeset": made})
        assert time.monotonic() - began < 20
        first.process.kill()
        first.process.wait()
        made = save(second, there, "乙")
        assert next(events) == ("changeset", {"object": "account", "changeset": made})
        began = time.monotonic()
        second.process.terminate()
        assert list(events) == []
        assert time.monotonic() - began < 20
    assert second.process.wait(60) == 0
