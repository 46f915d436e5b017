"""Tree to SQL: the entrance of the emitter."""

from changliu.formula.emitter.fragment import EmitEnv, Fragment
from changliu.formula.model import Node
from changliu.formula.world import World


def emit(
    node: Node,
    world: World,
    *,
    object_id: str,
    env: EmitEnv,
    alias: str = "r",
    inline: bool = False,
    old_alias: str | None = None,
) -> Fragment:
    """The value of a tree: goes into SELECT, ORDER BY, GROUP BY, SET. A BOOL is never NULL.

    `alias` is the row of `object_id`, `old_alias` the same row before the changeset. `inline`
    writes constants into the text (DDL, indexes, stored definitions) instead of binding them.
    Joins are put into `env.joins`, once per path of the statement.
    """
    raise NotImplementedError


def emit_condition(
    node: Node,
    world: World,
    *,
    object_id: str,
    env: EmitEnv,
    alias: str = "r",
    inline: bool = False,
    old_alias: str | None = None,
) -> Fragment:
    """A BOOL tree for WHERE, FILTER, ON, CASE WHEN: indexable, NULL counts as false."""
    raise NotImplementedError
