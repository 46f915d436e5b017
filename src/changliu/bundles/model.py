"""What the files of an app bundle may say; no I/O."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from changliu.kit.labels import Labels
from changliu.kit.yaml_lines import Document
from changliu.kit.yaml_models import refusal
from changliu.schema.body import Synonyms

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
# Folders of further kinds of definitions: one file each, the kind itself checks the body.
KIND_FOLDERS = {
    "calendars": "calendar",
    "rules": "rule",
    "duplicates": "duplicate",
    "pipelines": "pipeline",
    "automations": "automation",
    "views": "view",
    "forms": "form",
    "metrics": "metric",
    "boards": "board",
    "documents": "document",
}
TEAM_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def _key(value: str) -> str:
    if not KEY.fullmatch(value):
        raise refusal(
            "bundle.key",
            f"“{value}”不能作为键：以小写字母开头，只含小写字母、数字和下划线，最多 60 位。",
            f"'{value}' cannot be a key: lower-case letters, digits and underscores, starting"
            " with a letter, at most 60.",
        )
    return value


def _version(value: str) -> str:
    if not re.fullmatch(r"\d{1,5}\.\d{1,5}\.\d{1,5}", value):
        raise refusal(
            "bundle.version",
            f"版本“{value}”应写成 1.2.3。",
            f"version '{value}' is written like 1.2.3.",
        )
    return value


Key = Annotated[str, AfterValidator(_key)]


class Strict(BaseModel):
    """A file part: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class App(Strict):
    """`app.yaml`: what the bundle is; `objects` is the order of its menu."""

    key: Key
    label: Labels
    version: Annotated[str, AfterValidator(_version)]
    description: Labels | None = None
    icon: str | None = Field(None, max_length=60)
    requires: tuple[Key, ...] = ()
    objects: tuple[Key, ...] = ()


class ObjectFile(Strict):
    """`objects/<key>.yaml`: an object and its fields, in the order of the form.

    `fields` keep the flat shape of the HTTP contract; each type checks its own settings.
    """

    key: Key
    label: Labels
    help: Labels | None = None
    icon: str | None = Field(None, max_length=60)
    title: Key | None = None
    timeline: Key | None = None
    lines_of: Key | None = None
    fields: list[dict[str, Any]] = Field(min_length=1, max_length=300)


class FieldPart(BaseModel):
    """The part of a field that every type shares; the rest are the type's settings."""

    model_config = ConfigDict(extra="allow", frozen=True)

    key: Key
    label: Labels
    type: str
    required: bool = False
    unique: bool = False
    read_only: bool = False
    sensitive: bool = False
    personal: bool = False
    indexed: bool = False
    searchable: bool | None = None
    default: Any = None
    help: Labels | None = None
    placeholder: Labels | None = None
    synonyms: Synonyms | None = None


class GrantPart(Strict):
    """One line of a role: verbs on an object (`*` = every object, also future ones).

    `condition` belongs to scope `formula`; `*` in `read` or `write` is every field.
    """

    object: str
    verbs: list[
        Literal["create", "read", "update", "delete", "transfer", "share", "export", "import"]
    ] = Field(min_length=1)
    scope: str = "own"
    condition: str | None = None
    fields: Literal["all", "listed"] | None = None
    read: list[str] | None = None
    write: list[str] | None = None


class RoleFile(Strict):
    """`roles/<key>.yaml`: the body of a definition of kind `role`."""

    key: Key
    label: Labels
    rights: list[str] = []
    fields: Literal["all", "listed"] = "listed"
    grants: list[GrantPart] = []


class DefinitionFile(BaseModel):
    """`<kinds>/<key>.yaml`: the body of a definition of that kind, and its key."""

    model_config = ConfigDict(extra="allow", frozen=True)

    key: Key


class Team(Strict):
    """An example team; `parent` names the key of an earlier one."""

    key: str = Field(pattern=TEAM_KEY.pattern)
    name: str | Labels
    parent: str | None = None


class TeamsFile(Strict):
    """`teams.yaml`: example teams, parents first; existing teams are left as they are."""

    teams: list[Team] = Field(max_length=500)


@dataclass(frozen=True)
class Part:
    """One definition of a bundle with the file it came from; `body` is what its kind receives."""

    kind: str
    key: str
    body: dict[str, Any]
    document: Document


@dataclass(frozen=True)
class Bundle:
    """A checked bundle: everything an install needs, nothing read later."""

    app: App
    folder: Path
    digest: str
    objects: tuple[Part, ...] = ()
    roles: tuple[Part, ...] = ()
    others: tuple[Part, ...] = ()
    teams: tuple[Team, ...] = ()
    documents: dict[str, Document] = field(default_factory=dict)
