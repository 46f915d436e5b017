"""What every verb of this room works in: a transaction, who acts, their rights, the catalogue."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from changliu.access.protocol import Access
from changliu.access.service import access_for
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.records.changeset.participant import Participant
from changliu.schema.catalogue import catalogue as load_catalogue
from changliu.schema.model import Catalogue


@dataclass(frozen=True, slots=True)
class Context:
    """An open transaction with the actor's rights over one catalogue version.

    `attachable` are the files of the running changeset that its actor may put into records. What is
    written while `rehearsing` is undone: nobody waits for its keys.
    """

    tx: Tx
    actor: Actor
    access: Access
    catalogue: Catalogue
    participants: tuple[Participant, ...] = ()
    attachable: tuple[UUID, ...] = ()
    rehearsing: bool = False

    @property
    def today(self) -> date:
        """The transaction's business date in the workspace's time zone."""
        return self.tx.now.astimezone(ZoneInfo(self.actor.workspace.timezone)).date()


async def context_for(tx: Tx, actor: Actor, participants: tuple[Participant, ...] = ()) -> Context:
    """Return the context of an actor in a transaction (catalogue and rights from their caches)."""
    catalogue = await load_catalogue(tx)
    access = await access_for(tx, actor, catalogue)
    return Context(tx, actor, access, catalogue, participants)
