"""The composition root: what the program is made of, in readable lists.

Rooms never look each other up; they are handed what is registered here.
"""

from fastapi import FastAPI

from changliu.kit import http
from changliu.kit.migrate import Chain, load_chain
from changliu.kit.platform import Platform

# Rooms with tables, lowest layer first: the order in which migrations run.
ROOMS = (
    "kit",
    "jobs",
    "events",
    "timers",
    "identity",
    "definitions",
    "fields",
    "schema",
    "files",
    "access",
    "records",
    "actions",
    "bundles",
    "transfer",
    "operations",
)


def chain() -> Chain:
    """Return the migrations of every room and the SQL functions of formulas."""
    return load_chain(ROOMS)


def create_app(platform: Platform) -> FastAPI:
    """Return the web application over an open platform."""
    app = FastAPI(title="畅流 Changliu", openapi_url="/openapi.json")
    app.state.platform = platform
    http.install(app)
    return app
