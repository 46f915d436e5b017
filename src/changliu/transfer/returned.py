"""Refused rows as a workbook: what was wrong beside each cell, to be corrected and sent again."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson

from changliu.kit.errors import Unavailable
from changliu.kit.labels import Language
from changliu.transfer.guarding import marked
from changliu.transfer.model import RowFault
from changliu.transfer.report import ERROR_COLUMNS, fault_text
from changliu.transfer.sheets import process

# Rows of one workbook: Excel opens notes slowly. The rest is read as JSON.
MAX_RETURNED = 20_000
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def workbook_of(
    header: list[str], rows: AsyncIterator[RowFault], language: Language
) -> bytes:
    """Return the workbook of at most `MAX_RETURNED` rows; raises `Unavailable`."""
    with tempfile.TemporaryDirectory(prefix="changliu-import-") as name:
        folder = Path(name)
        await _gather(folder / "rows.jsonl", header, rows, language)
        task = {
            "header": [marked(column) for column in header],
            "extra": list(ERROR_COLUMNS),
            "lines": str(folder / "rows.jsonl"),
            "target": str(folder / "refused.xlsx"),
        }
        try:
            await asyncio.to_thread(process.run, "writing", task)
        except process.Failed as error:
            raise Unavailable(
                "import.writer",
                "没能生成工作簿，请稍后再试，或不带 format 读取。",
                "The workbook could not be written; try again, or read it without 'format'.",
            ) from error
        return await asyncio.to_thread((folder / "refused.xlsx").read_bytes)


async def _gather(
    path: Path, header: list[str], rows: AsyncIterator[RowFault], language: Language
) -> None:
    with path.open("wb") as file:
        written = 0
        async for row in rows:
            file.write(orjson.dumps(_line(row, header, language)) + b"\n")
            written += 1
            if written == MAX_RETURNED:
                return


def _line(row: RowFault, header: list[str], language: Language) -> dict[str, Any]:
    notes: dict[str, str] = {}
    for fault in row.faults:
        if fault.column in header:
            place = str(header.index(fault.column))
            said = fault.zh if language == "zh-CN" else fault.en
            notes[place] = f"{notes[place]}\n{said}" if place in notes else said
    return {
        "cells": [marked(cell) for cell in row.cells],
        "notes": notes,
        "line": row.line,
        "reason": fault_text(row, language),
    }
