"""The twelve steps of a write, in their only order; each name is also a failpoint."""

STEPS: tuple[str, ...] = (
    "admit",  # actor, verb, writable fields, idempotency, catalogue version
    "parse",  # wire values to stored values, a column at a time
    "fold",  # several changes of one record become one
    "lock",  # old rows, ordered by object rank and id
    "merge",  # patch over old, defaults
    "derive",  # set field := tree, at most five rounds, on staged rows
    "check",  # versions, scope on old and new row, references, unique, rules, gates
    "write",  # insert, update, soft delete
    "rollup",  # maintained roll-ups, level by level
    "recheck",  # checks that read a roll-up
    "record",  # history and the changeset itself
    "react",  # jobs for whoever listens
)

# After the last step: the answer is known but not sent; a crash here must not double the write.
COMMITTED = "committed"
