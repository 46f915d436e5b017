"""Erasing a person from what this room keeps: refused rows of imports, questions and files of
exports. Taking away what it keeps about an object that goes."""

from collections.abc import Sequence
from datetime import datetime

from changliu.files.service import erase
from changliu.kit.db import Tx
from changliu.records.history.erasure.model import GONE_ZH, loose
from changliu.records.purging.model import Doomed
from changliu.transfer.export import store as exports
from changliu.transfer.store import notes, uploads
from changliu.transfer.store import progress as store
from changliu.transfer.uploads import let_go

# Drafts closed at a time.
DRAFTS = 100


async def forget(tx: Tx, texts: Sequence[str]) -> None:
    """Blank every refused row one of whose cells holds one of the texts, however it was spaced.

    What an import of members noted of such a person goes, too. Imports that have not begun are
    closed, as their files may hold the person. Filters and searches of exports go too; files that
    lie ready may hold the person and go, all of them: they can be made again.
    """
    wanted = [found for text in texts if (found := loose(text))]
    if wanted:
        await store.blank_rows(tx, wanted)
        await notes.forget_people(tx, wanted)
        await _close_drafts(tx)
        await exports.blank_questions(tx, wanted, GONE_ZH)
        await erase(tx, await exports.ready_files(tx))


async def end(tx: Tx, target: Doomed, before: datetime) -> None:
    """Forget imports into an object that goes for good, and files of exports of it."""
    files = await uploads.remove(tx, target.key, before)
    await erase(tx, [*files, *await exports.remove(tx, target.key, before)])


async def _close_drafts(tx: Tx) -> None:
    while closed := await uploads.forgotten(tx, None, DRAFTS):
        for import_id in closed:
            await let_go(tx, import_id)
