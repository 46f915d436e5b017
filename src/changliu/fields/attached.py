"""Fields that hold files: ids on the wire in, `{id, name, type, size, sha256}` out by `records`."""

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import field_validator

from changliu.fields.lists import each_once, split_text
from changliu.fields.model import Field, FieldSettings
from changliu.fields.references import id_of
from changliu.fields.refusal import Refused, wrong_type
from changliu.fields.settings import refuse_setting, setting
from changliu.fields.stored import Reader, StoredType, Writer
from changliu.formula.world import Kind

# Media types every browser shows and no script hides in; what counts as a picture.
PICTURES = (
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif", "image/heic",
)  # fmt: skip
# Above this a list of files is a folder, and belongs to records of its own.
MOST_FILES = 100
MOST_MEGABYTES = 10_000


class FileSettings(FieldSettings):
    """How many files, how large, of which types."""

    max_files: int = setting(20, "最多文件数", "most files", ge=1, le=MOST_FILES)
    max_size: int | None = setting(
        None, "单个文件上限（MB）", "largest file in MB", ge=1, le=MOST_MEGABYTES
    )
    accept: tuple[str, ...] = setting(
        (), "允许的类型", "accepted types, such as image/*, application/pdf, .docx", max_length=50
    )

    @field_validator("accept")
    @classmethod
    def check_accept(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what is neither a media type nor an ending."""
        cleaned = tuple(pattern.strip().lower() for pattern in value)
        for pattern in cleaned:
            major, _, minor = pattern.partition("/")
            ending = pattern.startswith(".") and pattern[1:].isalnum()
            if not ending and not (_is_token(major) and (minor == "*" or _is_token(minor))):
                raise refuse_setting(
                    f"“{pattern[:40]}”应写作 image/*、application/pdf 或 .docx。",
                    f"'{pattern[:40]}' must read like image/*, application/pdf or .docx.",
                )
        return cleaned


class PictureSettings(FileSettings):
    """As for files, pictures only unless said otherwise."""

    accept: tuple[str, ...] = setting(PICTURES, "允许的类型", "accepted types", max_length=50)


F = TypeVar("F", bound=FileSettings)


class FilesType(StoredType[F], Generic[F]):
    """A field that holds the ids of uploaded files, each once, in order."""

    kind: ClassVar[Kind] = Kind.UUIDS
    sql_type: ClassVar[str] = "uuid[]"
    index: ClassVar[str | None] = "gin"
    tests: ClassVar[tuple[str, ...]] = ("ISBLANK",)
    example: ClassVar[str] = '["0197c1f0-8a9e-7d53-9d1c-2a7f6f3b1c20"]'

    def reader(self, settings: F) -> Reader:
        """Read an id, `{id, …}` as sent to clients, or a list of them; raises `Refused`."""
        most = settings.max_files

        def read(value: object) -> list[str] | None:
            one = isinstance(value, dict)
            found = each_once([value] if one else split_text(value), _file_id)
            if found is not None and len(found) > most:
                raise Refused(
                    "field.too_many",
                    f"有 {len(found)} 个文件，最多 {most} 个，请减少。",
                    f"holds {len(found)} files, at most {most} are allowed; remove some.",
                )
            return found

        return read

    def writer(self, settings: F) -> Writer:  # noqa: ARG002
        """Write the files' names."""
        return lambda values: ";".join(_name(value) for value in values)

    def shown(self, value: Any) -> Any:
        """Return ids as text; `records` puts the files in their place."""
        return [str(item) for item in value]


def is_file_field(field: Field) -> bool:
    """Say whether a field holds files."""
    return isinstance(field.settings, FileSettings)


def accepted(patterns: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Split accept patterns into media types, families (`image`) and endings (`.docx`)."""
    endings = [p for p in patterns if p.startswith(".")]
    families = [p.removesuffix("/*") for p in patterns if p.endswith("/*")]
    types = [p for p in patterns if p not in endings and not p.endswith("/*")]
    return types, families, endings


def _is_token(text: str) -> bool:
    return bool(text) and all(c.isalnum() or c in "-+." for c in text) and text.isascii()


def _file_id(value: object) -> str | None:
    try:
        return id_of(value)
    except Refused:
        raise wrong_type(value, "已上传文件的 id（UUID）", "the id (UUID) of an upload") from None


def _name(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("id") or "")
    return str(value)
