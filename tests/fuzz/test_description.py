"""The description of the doors is complete: what it does not name, nobody can use or test."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from tests.fuzz.test_any_request import DOCUMENT, ENDLESS

from changliu import main
from changliu.kit.openapi import METHODS

# They act on what the address names and read no body.
BODILESS = {
    "PUT /api/records/{object_key}/{record_id}/follow",
    "POST /api/auth/logout",
    "POST /api/auth/totp",
    "POST /api/bundles/{name}/uninstall",
    "POST /api/duplicates/{rule}/search",
    "POST /api/imports/{import_id}/cancel",
    "POST /api/jobs/run",
    "POST /api/jobs/{job}/run",
    "POST /api/members/{member_id}/disable",
    "POST /api/members/{member_id}/enable",
    "POST /api/records/{object_key}/{record_id}/restore",
    "POST /api/timers/{timer}/run",
}


def described() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS & item.keys():
            yield f"{method.upper()} {path}", item[method]


OPERATIONS = dict(described())


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_door_says_what_it_does_takes_and_answers(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert len(operation["description"]) > 8
    takes = operation.get("requestBody")
    if name.split()[0] in ("POST", "PUT", "PATCH"):
        assert (takes is None) == (name in BODILESS)
    for content in (takes or {"content": {}})["content"].values():
        assert content["schema"] not in ({}, None)
    answers = operation["responses"]
    assert any(status.startswith("2") for status in answers)
    for status in ("4XX", "5XX"):
        assert list(answers[status]["content"]) == ["application/problem+json"]
    parameters = [(each["in"], each["name"]) for each in operation.get("parameters", ())]
    assert len(parameters) == len(set(parameters))


def test_every_route_that_reads_a_body_describes_it() -> None:
    """Found in the code, not in a list: `read_json` or `body(...)` behind a route."""
    readers = set()
    for router in main.ROUTERS:
        for route in _routes(router):
            if _reads(route):
                readers |= {f"{method} /api{route.path}" for method in route.methods}
    assert len(readers) > 25
    assert [name for name in readers if "requestBody" not in OPERATIONS[name]] == []


def _routes(router: Any) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from _routes(route.original_router)


def _reads(route: APIRoute) -> bool:
    called = [dependency.call for dependency in route.dependant.dependencies]
    if any(
        call.__qualname__ == "body.<locals>.read" for call in called if inspect.isfunction(call)
    ):
        return True
    text = inspect.getsource(route.endpoint)
    return "read_json(" in text or "read_body(request)" in text or "received(" in text


def test_every_kind_of_definition_has_its_own_body() -> None:
    kinds = {kind.name for kind in main.KINDS}
    for kind in kinds:
        operation = OPERATIONS[f"PUT /api/definitions/{kind}/{{key}}"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        assert set(schema["properties"]) >= {"label"} & {"label", *schema["properties"]}
        assert not any(value.get("internal") for value in schema["properties"].values())


def test_only_the_stream_is_left_out_of_the_fuzzing() -> None:
    assert f"GET {ENDLESS}" in OPERATIONS
    assert "text/event-stream" in OPERATIONS[f"GET {ENDLESS}"]["responses"]["200"]["content"]


def test_strangers_are_let_in_at_three_doors() -> None:
    unlocked = {name for name, operation in OPERATIONS.items() if not operation["security"]}
    figures = "GET /api/health/prometheus"  # which asks for a token of its own, or this machine
    assert unlocked == {"GET /api/health", figures, "POST /api/auth/login"}
