"""What an import says: its progress line, its summary, and the errors file."""

import csv
from collections.abc import AsyncIterable
from pathlib import Path

from changliu.kit.labels import Language
from changliu.transfer.model import Counts, Progress, RowFault, Summary

BAR = 24
ERROR_COLUMNS = ("行号 line", "错误 error")


def progress_line(progress: Progress) -> str:
    """Return one line of progress: a bar, rows done, rows per second, counts."""
    total = max(progress.total, 1)
    full = BAR * min(progress.done, total) // total
    bar = "█" * full + "░" * (BAR - full)
    speed = progress.done / progress.seconds if progress.seconds > 0 else 0
    sweep = " (2/2)" if progress.sweep == 2 else ""
    return (
        f"{bar} {progress.done:,}/{progress.total:,}{sweep}  {speed:,.0f} 行/s"
        f"  {_short(progress.counts)}"
    )


def _short(counts: Counts) -> str:
    return f"+{counts.created:,} ~{counts.updated:,} ={counts.skipped:,} !{counts.refused:,}"


def summary_lines(summary: Summary, language: Language, *, dry_run: bool) -> list[str]:
    """Return the sentences at the end of an import."""
    counts, chinese = summary.counts, language == "zh-CN"
    seconds = f"{summary.seconds:.1f}"
    speed = counts.rows / summary.seconds if summary.seconds > 0 else 0
    if chinese:
        head = "试运行，没有写入任何数据：" if dry_run else "导入完成："
        lines = [
            f"{head}新建 {counts.created}，更新 {counts.updated}，已存在跳过 {counts.skipped}，"
            f"有误 {counts.refused}（{seconds} 秒，每秒 {speed:,.0f} 行）"
        ]
        if counts.linked or counts.unlinked:
            lines.append(f"文件内关联：填好 {counts.linked}，没有找到 {counts.unlinked}")
        if summary.left_out:
            rows = "、".join(map(str, summary.left_out[:10]))
            lines.append(f"像是合计行，没有导入：第 {rows} 条（要导入请写 totals: keep）")
        if summary.resumed_at:
            lines.append(f"从上次中断处继续（第 {summary.resumed_at} 行之后）")
        return lines
    head = "Dry run, nothing was written:" if dry_run else "Import finished:"
    lines = [
        f"{head} {counts.created} created, {counts.updated} updated, {counts.skipped} skipped as"
        f" existing, {counts.refused} refused ({seconds} s, {speed:,.0f} rows/s)"
    ]
    if counts.linked or counts.unlinked:
        lines.append(
            f"References within the file: {counts.linked} filled, {counts.unlinked} not found"
        )
    if summary.left_out:
        rows = ", ".join(map(str, summary.left_out[:10]))
        lines.append(f"Left out as totals: rows {rows} (to import them: totals: keep)")
    if summary.resumed_at:
        lines.append(f"Went on where it was cut off (after row {summary.resumed_at})")
    return lines


def fault_text(fault: RowFault, language: Language) -> str:
    """Return everything wrong with a row: `column: message; column: message`."""
    parts = []
    for cell in fault.faults:
        message = cell.zh if language == "zh-CN" else cell.en
        parts.append(f"{cell.column}: {message}" if cell.column else message)
    return "; ".join(parts)


async def write_errors(
    path: Path, header: tuple[str, ...], rows: AsyncIterable[RowFault], language: Language
) -> int:
    """Write refused rows with the file's own columns, line number and reason; returns how many.

    The file can be corrected and imported again: its two extra columns are ignored.
    """
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*header, *ERROR_COLUMNS])
        async for row in rows:
            cells = [*row.cells[: len(header)], *[""] * (len(header) - len(row.cells))]
            writer.writerow([*map(_harmless, cells), row.line, fault_text(row, language)])
            written += 1
    return written


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "@") else cell
