"""Conditions of step 7 on files newly put into a field: theirs to attach, small enough, of a type
the field accepts. What the row held before is not looked at again."""

from collections.abc import Iterator

from changliu.fields.attached import FileSettings, accepted
from changliu.fields.model import Field
from changliu.records.changeset.participant import Violation
from changliu.records.changeset.store.text import column_of, literal, quote
from changliu.schema.model import Catalogue

MEGABYTE = 1024 * 1024


def file_conditions(catalogue: Catalogue, field: Field) -> Iterator[tuple[str, Violation]]:
    """Yield (SQL over n and o, what is wrong) for a field of files."""
    settings = field.settings
    assert isinstance(settings, FileSettings)
    yield _some_new(field, "w.id <> ALL(%(attachable)s::uuid[])"), _no_file(field)
    files = quote(catalogue.schema, "file")
    if settings.max_size is not None:
        large = f"m.size > {settings.max_size * MEGABYTE}"
        yield _some_new(field, _having(files, large)), _too_large(field, settings.max_size)
    if settings.accept:
        other = f"NOT ({_accepted(settings.accept)})"
        yield _some_new(field, _having(files, other)), _not_accepted(field, settings.accept)


def _some_new(field: Field, condition: str) -> str:
    """Some file that the old row does not hold meets a condition on `w.id`."""
    column = column_of(field)
    fresh = f"w.id <> ALL(coalesce(o.{column}, '{{}}'))"
    changed = f"n.{column} IS NOT NULL AND n.{column} IS DISTINCT FROM o.{column}"
    some = f"SELECT 1 FROM unnest(n.{column}) AS w(id) WHERE {fresh} AND {condition}"
    return f"{changed} AND EXISTS ({some})"


def _having(files: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM {files} m WHERE m.id = w.id AND {condition})"


def _accepted(patterns: tuple[str, ...]) -> str:
    types, families, endings = accepted(patterns)
    parts = []
    for value, allowed in (
        ("m.type", types),
        ("split_part(m.type, '/', 1)", families),
        (r"lower(substring(m.name from '\.[^.]+$'))", endings),
    ):
        if allowed:
            parts.append(f"{value} IN ({', '.join(literal(each) for each in allowed)})")
    return f"coalesce({' OR '.join(parts)}, FALSE)"


def _no_file(field: Field) -> Violation:
    """The file is not there, or not the caller's to attach: the same words."""
    zh, en = field.label["zh-CN"], field.label["en"]
    return Violation(
        "file.unknown",
        f"“{zh}”里的文件不存在或已过期，请重新上传。",
        f"A file given for '{en}' does not exist or has expired; upload it again.",
        field.key,
    )


def _too_large(field: Field, megabytes: int) -> Violation:
    zh, en = field.label["zh-CN"], field.label["en"]
    return Violation(
        "file.too_large",
        f"“{zh}”的单个文件不能超过 {megabytes} MB，请压缩后重新上传。",
        f"A file in '{en}' may have at most {megabytes} MB; compress it and upload it again.",
        field.key,
    )


def _not_accepted(field: Field, patterns: tuple[str, ...]) -> Violation:
    zh, en = field.label["zh-CN"], field.label["en"]
    return Violation(
        "file.type",
        f"“{zh}”只接受 {'、'.join(patterns)} 类型的文件，请换一个文件。",
        f"'{en}' takes only files of the types {', '.join(patterns)}; choose another file.",
        field.key,
    )
