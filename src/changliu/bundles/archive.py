"""A bundle as one zip file: the same bytes for the same files; what others send is not trusted.

Nothing of an archive is read before its list of contents has been checked; names are those a bundle
may have, so nothing can be written anywhere but in its own new folder.
"""

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from changliu.bundles.export import Files, yaml_text
from changliu.kit.errors import Invalid
from changliu.kit.yaml_lines import MAX_BYTES

# The largest app measured (sales, with its demo) is 120 kB in 40 files.
MAX_ARCHIVE, MAX_UNPACKED, MAX_ENTRIES = 8_000_000, 40_000_000, 2_000
_NAME = re.compile(r"([a-z][a-z0-9_]{0,59})/(?:[a-z0-9_]{1,40}/)?[A-Za-z0-9_.-]{1,80}\.(?:yaml|md)")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def packed(key: str, files: Files) -> bytes:
    """Return the files of a bundle as a zip, in a folder named by its key."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{key}/{name}", _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, yaml_text(files[name]))
    return buffer.getvalue()


@contextmanager
def unpacked(data: bytes) -> Iterator[Path]:
    """Give the folder of a zipped bundle while the block runs.

    Raises `Invalid` (`bundle.archive`) for what is no zip of one bundle, or is too large.
    """
    if len(data) > MAX_ARCHIVE:
        raise _too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, TemporaryDirectory() as root:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            folder = Path(root) / _checked(entries)
            for entry in entries:
                path = Path(root) / entry.filename
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_read(archive, entry))
            yield folder
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        zh, en = (
            "文件不是完好的 zip 压缩包，请重新导出后再上传。",
            "This is no sound zip; export it again.",
        )
        raise Invalid("bundle.archive", zh, en) from error


def _checked(entries: list[zipfile.ZipInfo]) -> str:
    """Return the one folder all entries lie in; refuse every other archive."""
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large()
    folders, names = set(), set()
    for entry in entries:
        found = _NAME.fullmatch(entry.filename)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if found is None or kind not in (0, stat.S_IFREG) or entry.filename in names:
            raise _stray(entry.filename)
        if entry.file_size > MAX_BYTES:
            raise _too_large()
        names.add(entry.filename)
        folders.add(found[1])
    if len(folders) != 1:
        zh, en = (
            "压缩包里应当只有一个应用包文件夹。",
            "The archive must hold one folder, the bundle's.",
        )
        raise Invalid("bundle.archive", zh, en)
    return str(folders.pop())


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read an entry, never more than it said."""
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise _too_large()
    return data


def _stray(name: str) -> Invalid:
    shown = name[:80].encode("utf-8", "replace").decode()
    return Invalid(
        "bundle.archive",
        f"压缩包里的“{shown}”不是应用包的文件；只能有一个文件夹，"
        "其中是 .yaml 和 .md 文件，不能重名。",
        f"'{shown}' is no file of a bundle: one folder with .yaml and .md files, each name once.",
    )


def _too_large() -> Invalid:
    return Invalid(
        "bundle.archive_too_large",
        f"应用包过大：压缩后最多 {MAX_ARCHIVE // 1_000_000} MB，展开后最多"
        f" {MAX_UNPACKED // 1_000_000} MB，文件最多 {MAX_ENTRIES} 个；请拆分。",
        f"The bundle is too large: at most {MAX_ARCHIVE // 1_000_000} MB packed,"
        f" {MAX_UNPACKED // 1_000_000} MB unpacked, {MAX_ENTRIES} files; split it.",
    )
