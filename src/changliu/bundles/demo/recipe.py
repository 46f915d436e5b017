"""What a bundle's `demo/` may say: `recipe.yaml`, and its words in `words.yaml`; no I/O.

A recipe is a list of sets of rows, made in order. What stands in a cell is a maker (`maker.py`).
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from changliu.kit.yaml_models import refusal

MAX_ROWS = 200_000
Share = Annotated[float, Field(ge=0, le=1)]
Spread = Annotated[list[float], Field(min_length=2, max_length=2)]


class Strict(BaseModel):
    """A part of a recipe: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Strict):
    """Somebody who works here; `weight` is how much lands on this desk beside others."""

    name: str = Field(min_length=1, max_length=100)
    team: str
    role: str
    weight: float = Field(1, ge=0)


class Life(Strict):
    """A row begins, passes stages and ends, unless today comes first.

    `over` days back is the earliest begin, `until` the latest; `after` names a day it cannot
    precede. `ends` are weights of outcomes, `days` median and spread (of the logarithm) until each.
    `stages` are shares of the way. `stuck` is the share of rows that should have ended within
    `stuck_days` and have not.
    """

    over: int = Field(ge=1, le=3650)
    until: int = Field(0, ge=0, le=3650)
    after: str | None = None
    ends: dict[str, float] = Field(min_length=1)
    days: dict[str, Spread]
    stages: dict[str, float] = Field(min_length=1)
    stuck: Share = 0
    stuck_days: int = Field(150, ge=1)

    @model_validator(mode="after")
    def _whole(self) -> "Life":
        if set(self.ends) != set(self.days):
            raise refusal(
                "demo.life",
                "ends 和 days 应写同样的结局。",
                "ends and days name the same outcomes.",
            )
        return self


class Along(Strict):
    """Rows along the life of each row of a set: `every` is median days between, and spread.

    `silent` is the share of open rows that fell silent, 35 to 120 days ago.
    """

    set: str
    every: Spread
    silent: Share = 0
    most: int = Field(40, ge=1, le=1_000)


class Rows(Strict):
    """One set of rows: `count` (times the scale), one per entry of `rows`, `each` row of a set
    (`count` of them), or `along` its life. Without `object` it is only there to be referred to."""

    name: str
    object: str | None = None
    count: Any = 1
    rows: list[dict[str, Any]] | None = None
    each: str | None = None
    along: Along | None = None
    owner: Any = None
    life: Life | None = None
    make: dict[str, Any] = Field(default_factory=dict)
    values: dict[str, Any] = Field(default_factory=dict)


class Recipe(Strict):
    """`demo/recipe.yaml`: people and sets; `season` weighs the months of a year for beginnings."""

    season: Annotated[list[float], Field(min_length=12, max_length=12)] = [1.0] * 12
    people: list[Person] = Field(min_length=1, max_length=500)
    sets: list[Rows] = Field(min_length=1, max_length=100)


class Words(BaseModel):
    """`demo/words.yaml`: lists of words by name, for templates."""

    model_config = ConfigDict(extra="allow", frozen=True)

    __pydantic_extra__: dict[str, list[str]] = Field(init=False)
