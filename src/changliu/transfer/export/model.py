"""An export: what was asked for, how far it is, what became of it; no I/O."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from changliu.kit.errors import Fault, Problem
from changliu.kit.labels import Language
from changliu.records.query.model import ListRequest

# Up to here the file is the answer (some two seconds); above, a job makes it.
AT_ONCE = 10_000
# What fits into one sheet of XLSX beside its header, rounded down.
MAX_ROWS = 1_000_000
# Exports of one member that may wait or run at a time.
UNFINISHED = 3
# A finished file can be fetched for so long: the life of an upload that no record holds.
LIFE = timedelta(hours=24)
# The kind of the job that makes large files.
EXPORT = "export.make"

# `zip` is a person's data (transfer.people): in the log only.
Format = Literal["csv", "xlsx", "zip"]
Headers = Literal["label", "key", "both"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx")
HEADERS: tuple[Headers, ...] = ("label", "key", "both")
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export: a list (`filter`, `sort`, `fields`, `q` as there), and how to write it.

    `ids` adds the id of every record and of every record referred to. Without it `key` puts the id
    of every record behind the other columns, by which an import recognises it.
    """

    object: str
    filter: str = ""
    sort: tuple[str, ...] = ()
    fields: tuple[str, ...] | None = None
    q: str = ""
    format: Format = "xlsx"
    headers: Headers = "label"
    ids: bool = False
    key: bool = True
    language: Language = "zh-CN"

    @property
    def listing(self) -> ListRequest:
        """The list behind it."""
        return ListRequest(self.object, self.filter, self.sort, self.fields, q=self.q)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return asdict(self)


def read_request(kept: dict[str, Any]) -> ExportRequest:
    """Return a request from its kept form."""
    fields = kept["fields"]
    lists = {"sort": tuple(kept["sort"]), "fields": None if fields is None else tuple(fields)}
    return ExportRequest(**{**kept, **lists})


@dataclass(frozen=True, slots=True)
class ExportJob:
    """An export in the background. `problem` is `{code, zh, en}` once it failed."""

    id: UUID
    member: UUID
    request: ExportRequest
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    total: int
    done: int
    file: UUID | None
    problem: dict[str, str] | None
    created_at: datetime
    finished_at: datetime | None

    def as_json(self, language: Language, now: datetime) -> dict[str, Any]:
        """Return `{id, object, format, state, total, done, created_at, finished_at, expires_at,
        file, problem?}`; `file` is where to fetch it, None while it is made or once it expired."""
        expires = self.finished_at + LIFE if self.finished_at and self.file else None
        ready = self.state == "done" and expires is not None and now < expires
        document = {
            "id": str(self.id),
            "object": self.request.object,
            "format": self.request.format,
            "state": self.state,
            "total": self.total,
            "done": self.done,
            "created_at": self.created_at,
            "finished_at": self.finished_at,
            "expires_at": expires,
            "file": f"/api/exports/{self.id}/file" if ready else None,
        }
        if self.problem is not None:
            message = self.problem["zh" if language == "zh-CN" else "en"]
            document["problem"] = {"code": self.problem["code"], "message": message}
        return document


class CellTooLong(Problem):
    """A text that no cell of XLSX holds: 422."""

    status = 422

    def __init__(self, title: str, row: int, most: int) -> None:
        zh = (
            f"第 {row} 行“{title}”的文本超过 Excel 单元格的上限 {most} 字，请改用 format=csv 导出。"
        )
        en = (
            f"Row {row}: the text of '{title}' is longer than a cell of Excel may be ({most}"
            " characters); export with format=csv."
        )
        super().__init__("export.cell", zh, en, [Fault("export.cell", zh, en, "format")])
