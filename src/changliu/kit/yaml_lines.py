"""YAML that remembers its lines: a small, safe dialect for files people write by hand.

YAML 1.2 core without surprises: `yes`, `no` and dates are text, keys are always text, decimal
numbers stay text (`"0.5"`, as on our wire). Refused with file and line: duplicate keys, anchors,
aliases, tags, several documents, NUL characters, and files beyond their bounds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from changliu.kit.errors import Fault, Invalid

MAX_BYTES = 2_000_000  # the largest shipped file is 60 kB; a mapping with 2,000 values is 100 kB
MAX_NODES = 200_000
MAX_DEPTH = 40

Path_ = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Document:
    """A file's value and the 1-based line of every place in it, by path from the root."""

    file: str
    value: Any
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of a place, or of its nearest known ancestor (1 for the root)."""
        for length in range(len(path), -1, -1):
            known = self.lines.get(tuple(path[:length]))
            if known is not None:
                return known
        return 1

    def fault(self, code: str, path: Sequence[str | int], zh: str, en: str) -> Fault:
        """Return a fault whose messages name file, line and key path."""
        return located(self.file, self.line(path), code, path, (zh, en))


def located(
    file: str, line: int, code: str, path: Sequence[str | int], words: tuple[str, str]
) -> Fault:
    """Return a fault at a line of a file; `words` are the zh and en sentences without the place."""
    zh, en = words
    dotted = dotted_path(path)
    at_zh = f"{file} 第 {line} 行" + (f"，{dotted}" if dotted else "")
    at_en = f"{file}, line {line}" + (f", {dotted}" if dotted else "")
    extra = {"file": file, "line": line}
    return Fault(code, f"{at_zh}：{zh}", f"{at_en}: {en}", path=dotted or None, extra=extra)


def dotted_path(path: Sequence[str | int]) -> str:
    """Return `fields[3].options[0].key` for `("fields", 3, "options", 0, "key")`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def read_file(path: Path, name: str | None = None) -> Document:
    """Read a file; raises `Invalid` (codes `yaml.*`) naming file, line and remedy."""
    shown = name or path.name
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _refused(shown, 1, "yaml.too_large", _TOO_LARGE)
        data = path.read_bytes()
    except OSError as error:
        words = (
            f"无法读取：{error.strerror}。请检查路径和权限。",
            f"cannot be read: {error.strerror}. Check path and permissions.",
        )
        raise _refused(shown, 1, "yaml.unreadable", words) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        words = (
            "不是 UTF-8 编码，请另存为 UTF-8。",
            "is not UTF-8; save the file as UTF-8.",
        )
        raise _refused(shown, line, "yaml.encoding", words) from error
    return read_text(text, shown)


def read_text(text: str, file: str) -> Document:
    """Read YAML text; raises `Invalid` (codes `yaml.*`) naming file, line and remedy."""
    if len(text) > MAX_BYTES:
        raise _refused(file, 1, "yaml.too_large", _TOO_LARGE)
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _syntax(file, error) from error
    return Document(file, builder.root, builder.lines)


_TOO_LARGE = (
    f"文件过大（上限 {MAX_BYTES // 1_000_000} MB），请拆成几个文件。",
    f"the file is too large (at most {MAX_BYTES // 1_000_000} MB); split it.",
)


def _refused(file: str, line: int, code: str, words: tuple[str, str]) -> Invalid:
    fault = located(file, line, code, (), words)
    return Invalid(code, fault.zh, fault.en, [fault])


def _syntax(file: str, error: yaml.YAMLError) -> Invalid:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "syntax error"
    words = (
        f"YAML 语法错误（{reason}）。请检查缩进、冒号和引号。",
        f"this is not valid YAML ({reason}). Check indentation, colons and quotes.",
    )
    return _refused(file, line, "yaml.syntax", words)


@dataclass
class _Frame:
    """An open mapping or sequence while events arrive."""

    container: dict[str, Any] | list[Any]
    path: Path_
    key: str | None = None


class _Builder:
    """Builds values from parser events on a stack of its own: depth cannot exhaust Python's."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.lines: dict[Path_, int] = {}
        self._stack: list[_Frame] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Handle one parser event; raises `Invalid` at what the dialect refuses."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(line, "yaml.documents", _ONE_DOCUMENT)
        if isinstance(event, yaml.NodeEvent):
            self._admit(event, line)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()

    def _admit(self, event: yaml.NodeEvent, line: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(self._stack) > MAX_DEPTH:
            self._refuse(line, "yaml.too_large", _TOO_DEEP)
        if event.anchor is not None:
            self._refuse(line, "yaml.alias", _NO_ALIAS)
        if getattr(event, "tag", None) is not None:
            self._refuse(line, "yaml.tag", _NO_TAG)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self._key(frame, event.value, line)
        else:
            self._place(_plain(event), line)

    def _key(self, frame: _Frame, key: str, line: int) -> None:
        if key in frame.container:
            first = self.lines[(*frame.path, key)]
            words = (
                f"“{key}”重复了（第 {first} 行已有），请删去一处。",
                f"'{key}' is there twice (first on line {first}); delete one.",
            )
            self._refuse(line, "yaml.duplicate", words, (*frame.path, key))
        frame.key = key
        self.lines[(*frame.path, key)] = line

    def _open(self, container: dict[str, Any] | list[Any], line: int) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self._refuse(line, "yaml.key", _KEY_IS_TEXT)
        self._stack.append(_Frame(container, self._place(container, line)))

    def _place(self, value: Any, line: int) -> Path_:
        if not self._stack:
            self.root = value
            self.lines[()] = line
            return ()
        frame = self._stack[-1]
        if isinstance(frame.container, list):
            path: Path_ = (*frame.path, len(frame.container))
            frame.container.append(value)
            self.lines[path] = line
            return path
        assert frame.key is not None
        path, frame.container[frame.key] = (*frame.path, frame.key), value
        frame.key = None
        return path

    def _refuse(self, line: int, code: str, words: tuple[str, str], path: Path_ = ()) -> None:
        fault = located(self.file, line, code, path, words)
        raise Invalid(code, fault.zh, fault.en, [fault])


_ONE_DOCUMENT = ("一个文件只能有一个文档，请删去“---”。", "one file, one document; delete '---'.")
_TOO_DEEP = ("层次或条目过多，请拆成几个文件。", "too many levels or entries; split the file.")
_NO_ALIAS = (
    "不支持锚点和别名（& 与 *），请写全。",
    "anchors and aliases (& and *) are not used here; write it out.",
)
_NO_TAG = ("不支持标签（!），请删去。", "tags (!) are not used here; delete it.")
_KEY_IS_TEXT = ("键必须是文字。", "a key must be a text.")


def _plain(event: yaml.ScalarEvent) -> Any:
    text: str = event.value
    if event.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def walk(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Yield every place of a value with its path, depth first (values are bounded in depth)."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, (*path, index))
