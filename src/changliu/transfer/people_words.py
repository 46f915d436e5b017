"""How a cell that names several people is refused: with who they are."""

from collections.abc import Sequence

from changliu.identity.directory import Person
from changliu.identity.model import Actor, Right
from changliu.kit.errors import Conflict

# People named in one message.
NAMED = 5


def ambiguous(actor: Actor, name: str, people: Sequence[Person]) -> Conflict:
    """Return the refusal of a name that several members have."""
    zh, en = told_apart(actor, name, people)
    return Conflict("import.ambiguous", zh, en)


def told_apart(actor: Actor, name: str, people: Sequence[Person]) -> tuple[str, str]:
    """Return in zh and en who is meant by a name, and what to write instead.

    How to reach people is shown to whoever manages them; others see their teams.
    """
    opened = Right.MEMBERS_MANAGE in actor.rights
    shown = [_one(person, opened=opened) for person in people[:NAMED]]
    more = len(people) - len(shown)
    zh = "、".join(shown) + ("…" if more else "")
    en = ", ".join(shown) + ("…" if more else "")
    return (
        f"有 {len(people)} 位成员叫“{name[:40]}”：{zh}；请改写成其用户名或邮箱。",
        f"{len(people)} members are called '{name[:40]}': {en}; write a login or an e-mail"
        " instead.",
    )


def _one(person: Person, *, opened: bool) -> str:
    known = [person.login, person.email] if opened else []
    words = [word for word in (*known, person.team) if word]
    return f"{person.name}（{'，'.join(words)}）" if words else person.name
