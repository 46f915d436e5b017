"""The chapter of the API's description that names every kind's own body."""

from collections.abc import Sequence
from typing import Any

from changliu.definitions.kind import DefinitionKind
from changliu.kit.http import accepts, schema_of

_PATH = "/api/definitions/{kind}/{key}"


def describe_kinds(document: dict[str, Any], kinds: Sequence[DefinitionKind[Any]]) -> None:
    """Add a PUT for each kind beside the general one, with the kind's body.

    The general path stays: its body is any of them.
    """
    paths = document["paths"]
    general = paths[_PATH]["put"]
    for kind in kinds:
        parameters = [entry for entry in general["parameters"] if entry["name"] != "kind"]
        paths[_PATH.replace("{kind}", kind.name)] = {
            "put": {
                **general,
                "operationId": f"put_{kind.name}",
                "summary": f"Put {kind.label['en']}",
                "parameters": parameters,
                "responses": dict(general["responses"]),
                **accepts(schema_of(kind.model)),
            }
        }
