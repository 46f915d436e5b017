"""Any request at any door, as administrator, as a rep and as a stranger.

Schemathesis makes requests out of /api/openapi.json, fitting and unfitting ones; `words` puts real
names into them. Whatever comes: no 5xx, only declared statuses and content types, and every refusal
a problem document with a stable code. Left out: the event stream, which never ends.
`make fuzz EXAMPLES=200` goes on for longer.
"""

import asyncio
import os
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks
from tests.fuzz.conftest import ROLES, House
from tests.fuzz.words import Words

from changliu.kit.settings import Settings
from changliu.main import create_app, registries

EXAMPLES = int(os.environ.get("CHANGLIU_FUZZ_EXAMPLES", "6"))
SEED = int(os.environ.get("CHANGLIU_FUZZ_SEED", "20261122"))
ENDLESS = "/api/events/stream"
RECORDS = ("/api/records/{object_key}", "/api/records/{object_key}/{record_id}")
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]


class Closed:
    """Stands for a platform that is never asked."""

    settings = Settings()
    registries = registries(Settings())


DOCUMENT = create_app(Closed()).openapi()  # type: ignore[arg-type]


def operations() -> Iterator[Any]:
    """Every operation; those that take something away come last."""
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    found = [made.ok() for made in schema.get_all_operations()]
    found.sort(key=lambda each: (each.method.upper() == "DELETE", "password" in each.path))
    yield from (each for each in found if each.path != ENDLESS)


OPERATIONS = {f"{each.method.upper()} {each.path}": each for each in operations()}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", OPERATIONS)
async def test_any_request_is_answered_as_described(house: House, name: str, role: str) -> None:
    await asyncio.to_thread(knock, house, OPERATIONS[name], role)


def knock(house: House, operation: Any, role: str) -> None:
    """Send generated requests until one is answered in a way that is not described."""
    load_all_checks()
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    cases = [fitting]
    if any((operation.body, operation.query, operation.path_parameters)):
        cases.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES if role == "admin" else max(2, EXAMPLES // 2),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(cases), number=st.integers(0, 2**32))
    def run(case: Any, number: int) -> None:
        season(house.words, case, Random(number))
        answer = case.call(base_url=house.url, headers=house.headers(role), timeout=20)
        if answer.status_code == 401 and role != "stranger":
            house.sign_in(role)
            answer = case.call(base_url=house.url, headers=house.headers(role), timeout=20)
        judge(case, answer, role)

    run()


def season(words: Words, case: Any, chance: Random) -> None:
    """Put real words into a generated request."""
    case.path_parameters = words.place(chance, case.path_parameters or {})
    case.query = {
        name: words.draw(chance, name, value) for name, value in (case.query or {}).items()
    }
    if isinstance(case.body, dict | list) and case.media_type == "application/json":
        case.body = words.body(chance, case.operation.label, case.body)
        if isinstance(case.body, dict) and case.path in RECORDS:
            case.body = words.fill(chance, case.body)


def judge(case: Any, answer: Any, role: str) -> None:
    """Compare an answer with what the description says."""
    said = f"{case.as_curl_command()}\n{answer.status_code} {answer.content[:2000]!r}"
    assert answer.status_code < 500, said
    if role == "stranger" and case.operation.definition.raw["security"]:
        assert answer.status_code in (400, 401, 403), said
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"], said
        assert answer.json()["status"] == answer.status_code, said
    case.validate_response(answer, checks=CHECKS)
