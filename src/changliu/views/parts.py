"""What views and forms are made of alike; no I/O."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

INTERNAL: dict[str, JsonValue] = {"internal": True}
# Characters of a formula and of a field path: five hops with keys of sixty characters.
MAX_FORMULA, MAX_PATH = 10_000, 400

Path = Annotated[str, Field(min_length=1, max_length=MAX_PATH)]
Formula = Annotated[str, Field(min_length=1, max_length=MAX_FORMULA)]
RoleKey = Annotated[str, Field(min_length=1, max_length=60)]
# Stands for every role in `default_for`.
EVERYBODY = "*"


class Part(BaseModel):
    """A piece of a body: unknown members are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Known(BaseModel):
    """What a body of this room keeps of having been read; none of it is shown.

    `trees` are formulas by their text, `paths` the (object id, field id) pairs that each field
    path passes, `uses` every pair that is named.
    """

    object_id: str | None = Field(None, json_schema_extra=INTERNAL)
    trees: dict[str, dict[str, Any]] = Field(default_factory=dict, json_schema_extra=INTERNAL)
    paths: dict[str, tuple[tuple[str, str], ...]] = Field(
        default_factory=dict, json_schema_extra=INTERNAL
    )
    uses: tuple[tuple[str, str], ...] = Field((), json_schema_extra=INTERNAL)


def _as_part(value: Any) -> Any:
    return {"field": value} if isinstance(value, str) else value


# A list of parts that say little more than their field may be a list of field names.
NAMED = BeforeValidator(
    lambda value: [_as_part(each) for each in value] if isinstance(value, list | tuple) else value
)
