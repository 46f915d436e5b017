"""Surface × role × verb: the whole application against the table, denials without a trace."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.routing import Route
from tests.access import test_doors_oracle as oracle
from tests.access.test_doors_oracle import ORACLE
from tests.matrices.conftest import Callers
from tests.matrices.surfaces import ENDLESS, OPEN, SURFACES

from changliu import main
from changliu.kit.platform import Platform

pytestmark = pytest.mark.feature("Z5")
# Logging out last: it ends the session that asks.
ORDER = sorted(SURFACES, key=lambda route: (route == "POST /api/auth/logout", route))
ROOT = Path(__file__).parents[2]


def routes(app: FastAPI) -> set[str]:
    """Every method and path the application answers: those described, and those beside them."""
    found = {
        f"{method.upper()} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    beside = (route for route in app.routes if isinstance(route, Route))
    found |= {f"{m} {r.path}" for r in beside for m in (r.methods or ()) if m != "HEAD"}
    return found


def test_every_route_is_in_the_table(platform: Platform) -> None:
    """A new route is refused here until somebody has said who may use it."""
    app = main.create_app(platform)
    assert routes(app) == set(SURFACES)
    hidden = [r for r in _leaves(app) if not getattr(r, "include_in_schema", True)]
    assert {getattr(r, "path", "") for r in hidden} <= {"/api/openapi.json"}


def _leaves(app: FastAPI) -> list[object]:
    inner = [getattr(r, "original_router", None) or getattr(r, "router", None) for r in app.routes]
    nested = [leaf for router in inner if router is not None for leaf in router.routes]
    return [*app.routes, *nested]


def test_every_surface_of_record_data_is_compared_with_the_oracle() -> None:
    assert {route for route, s in SURFACES.items() if s.rows} == set(ORACLE)
    for covered in ORACLE.values():
        assert hasattr(oracle, covered) or (ROOT / covered).is_file(), covered


@pytest.mark.parametrize("route", ORDER)
async def test_who_gets_what(callers: Callers, route: str) -> None:
    surface, (method, path) = SURFACES[route], route.split(" ")
    expected = {
        "anonymous": 401,
        "disabled": 401,
        "elsewhere": surface.elsewhere,
        "rep": surface.rep,
        "manager": surface.manager,
        "admin": surface.admin,
    }
    wrong, marks = {}, []
    for name, client in callers.clients.items():
        if route in ENDLESS and expected[name] != 401:
            continue
        callers.names["caller"] = name
        asked = callers.filled(surface.path or path)
        body = None if surface.body is None else callers.filled(surface.body)
        wanted = expected[name] if route not in OPEN else surface.rep
        before = await callers.picture()
        answer = await client.request(method, asked, json=body)
        if answer.status_code != wanted:
            wrong[name] = (wanted, answer.status_code, answer.text[:200])
        elif wanted >= 400:
            assert answer.json()["code"]
        if answer.status_code >= 400 and await callers.picture() != before:
            marks.append(name)
    assert not wrong
    assert not marks
