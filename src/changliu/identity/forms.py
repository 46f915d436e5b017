"""What people send to identity: the bodies of its routes."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from changliu.identity.model import TOKEN_SCOPES
from changliu.kit.errors import Invalid
from changliu.kit.labels import Language
from changliu.kit.validation_text import sentence

# NIST SP 800-63B: at least 8; the upper bound only keeps hashing cheap.
PASSWORD_MIN, PASSWORD_MAX = 8, 256
# What logins are not made of: anything but ASCII and Chinese characters (unified ideographs).
_UNCLEAR = re.compile("[^a-zA-Z0-9 ._@+\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003ffff-]").findall

_EMAIL = re.compile(r"[^\s@<>(),;]+@[^\s@<>(),;]+\.[^\s@<>(),;.]+").fullmatch
# As people write it: +86 138-0013-8000, (021) 5555 8888 转 12; extensions of offices are short.
_PHONE = re.compile(r"\+?[0-9 ()（）./-]+((转|ext\.?|x|#|,) *[0-9]+)?").fullmatch
DIGITS_MIN = 3


def _known_scopes(scopes: list[str]) -> list[str]:
    if unknown := set(scopes) - TOKEN_SCOPES:
        known = ", ".join(sorted(TOKEN_SCOPES))
        raise ValueError(f"{', '.join(sorted(unknown))} ∉ {{{known}}}")
    return sorted(set(scopes))


def _clear(login: str) -> str:
    """Refuse letters that look like others: Cyrillic and Greek ones, and what is not seen."""
    text = unicodedata.normalize("NFKC", login)
    if not text.isprintable():
        raise PydanticCustomError("invisible_character", "invisible characters")
    if wrong := "".join(dict.fromkeys(_UNCLEAR(text))):
        raise PydanticCustomError("unclear_login", "unclear characters", {"wrong": wrong})
    return login


def _with_zone(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; add one such as +08:00")
    return at


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Login = Annotated[Line, AfterValidator(_clear)]
_LOGIN = TypeAdapter[str](Login)


def _email(text: str) -> str:
    """Refuse what nothing could be sent to; a blank takes away."""
    if text and not _EMAIL(text):
        raise PydanticCustomError("unclear_email", "not an e-mail address")
    return text


def _phone(text: str) -> str:
    """Refuse what could not be dialled; a blank takes away."""
    if text and not (_PHONE(text) and sum(sign.isdigit() for sign in text) >= DIGITS_MIN):
        raise PydanticCustomError("unclear_phone", "not a phone number")
    return text


Optional = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Email = Annotated[Optional, AfterValidator(_email)]
Phone = Annotated[Optional, AfterValidator(_phone)]
Password = Annotated[str, StringConstraints(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)]
Typed = Annotated[str, StringConstraints(max_length=PASSWORD_MAX)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Scopes = Annotated[list[str], Field(min_length=1), AfterValidator(_known_scopes)]


def clear_login(login: str) -> str:
    """Return a login without spaces around it; raises `Invalid` (`login.unclear`) for one that the
    routes would refuse."""
    try:
        return _LOGIN.validate_python(login)
    except ValidationError as error:
        zh, en = sentence(error.errors()[0])
        raise Invalid(
            "login.unclear",
            f"用户名“{login}”不能使用：{zh}",
            f"The username '{login}' cannot be used: {en}",
        ) from error


class Form(BaseModel):
    """A body: unknown members are refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self) -> dict[str, Any]:
        """Return only what was sent, so that a patch leaves the rest alone."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class SignIn(Form):
    """Login and password, the TOTP code (or a recovery code) when asked for, and a workspace (id
    or name)."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: Typed
    totp: str | None = Field(None, max_length=40)
    workspace: int | str | None = None


class Switch(Form):
    """The workspace (id or name) to go on in."""

    workspace: int | str


class WorkspacePatch(Form):
    """What the workspace is called from now on."""

    name: Line


class PasswordChange(Form):
    """The password of today and of tomorrow; optionally ends the account's API tokens too."""

    old: Typed
    new: Password
    revoke_tokens: bool = False


class Code(Form):
    """A code from the authenticator."""

    code: str = Field(min_length=6, max_length=10)


class Proof(Form):
    """The account's password, asked again before a safeguard is taken away."""

    password: Typed


class NewPassword(Form):
    """A password set for somebody who lost theirs."""

    password: Password


class AccountPatch(Form):
    """What people set of themselves: how they are answered (a language of null follows the
    browser), and how this workspace calls and reaches them."""

    language: Language | None = None
    name: Line | None = None
    email: Email | None = None
    phone: Phone | None = None

    def profile(self) -> dict[str, str | None]:
        """Return what was sent of the member: a blank takes away, but never the name."""
        given = {n: v or None for n, v in self.given().items() if n != "language"}
        return {n: v for n, v in given.items() if n != "name" or v is not None}


class TokenDraft(Form):
    """An API token: what it is for, what it may do, until when."""

    name: Line
    scopes: Scopes
    expires_at: Annotated[datetime, AfterValidator(_with_zone)] | None = None


class MemberDraft(Form):
    """A new member; with `login` they can sign in (`password` unless the account exists)."""

    name: Line
    login: Login | None = None
    password: Password | None = None
    email: Email | None = None
    phone: Phone | None = None
    main_team: UUID | None = None
    teams: list[UUID] = Field(default=[], max_length=200)
    roles: list[Key] = Field(default=[], max_length=50)


class MemberPatch(Form):
    """Changes of a member; what is not sent stays."""

    name: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    main_team: UUID | None = None
    teams: list[UUID] = Field(default=[], max_length=200)
    roles: list[Key] = Field(default=[], max_length=50)


class NewAccount(Form):
    """A login for a member who has none; without a password an existing account joins."""

    login: Login
    password: Password | None = None


class TeamDraft(Form):
    """A new team, below `parent` or at the top."""

    name: Line
    key: Key | None = None
    parent: UUID | None = None
    leader: UUID | None = None


class TeamPatch(Form):
    """Changes of a team; a `parent` of null moves it to the top."""

    name: Line | None = None
    parent: UUID | None = None
    leader: UUID | None = None
