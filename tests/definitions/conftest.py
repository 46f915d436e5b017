"""The clients of the design doors, for the room below them."""

from tests.schema.conftest import actor, admin, app, rep

__all__ = ["actor", "admin", "app", "rep"]
