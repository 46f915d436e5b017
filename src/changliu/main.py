"""The composition root: what the program is made of, in readable lists.

Rooms never look each other up; they are handed what is registered here.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI

from changliu.access import api as access_api
from changliu.access import model as access_model
from changliu.access.kind import RoleKind
from changliu.access.relation import SHARES
from changliu.access.service import access_for
from changliu.access.teams import ShareTeams
from changliu.bundles import api as bundles_api
from changliu.bundles.demo import api as demo_api
from changliu.bundles.demo.work import LOAD, Loading
from changliu.bundles.purging import PURGE, Purging
from changliu.clocks import handlers as clocks_handlers
from changliu.clocks.kind import CalendarKind
from changliu.clocks.teams import CalendarTeams
from changliu.commands.line import command_line
from changliu.definitions import api as definitions_api
from changliu.definitions.description import describe_kinds
from changliu.definitions.kind import DefinitionKind, KindRegistry
from changliu.events.service import subscribe
from changliu.files import api as files_api
from changliu.files import handlers as files_handlers
from changliu.files import model as files_model
from changliu.files.model import Readers
from changliu.formula import functions_sql
from changliu.identity import api as identity_api
from changliu.identity.guard import requires
from changliu.identity.model import Right
from changliu.identity.teams import TeamHolders
from changliu.jobs import api as jobs_api
from changliu.jobs import model as jobs_model
from changliu.jobs.model import Cron, External, Handler, LongWork, Registry
from changliu.kit import http
from changliu.kit.migrate import Chain, load_chain
from changliu.kit.openapi import Application
from changliu.kit.pages import Pages, built_pages
from changliu.kit.platform import Platform
from changliu.kit.settings import Settings
from changliu.notifications import api as notifications_api
from changliu.notifications import handlers as notifications_handlers
from changliu.notifications import model as notifications_model
from changliu.notifications.changes import NotificationParticipant
from changliu.operations import api as operations_api
from changliu.operations.dead_letters import JobDesk
from changliu.operations.health import VERSION
from changliu.records import api as records_api
from changliu.records import read_api as records_read_api
from changliu.records.attachments.service import may_read
from changliu.records.changeset.participant import Participant, Participants
from changliu.records.comments import api as comments_api
from changliu.records.comments import service as comments
from changliu.records.comments.relation import COMMENTS
from changliu.records.following import api as following_api
from changliu.records.following.relation import FOLLOWS
from changliu.records.history import api as history_api
from changliu.records.history.erasure.model import Erasers
from changliu.records.history.sealing import handlers as sealing
from changliu.records.history.store import changed_between, latest_entry
from changliu.records.purging import model as purging_model
from changliu.records.purging import store as purging_store
from changliu.records.purging.model import Traces
from changliu.records.rollups import handlers as rollups_handlers
from changliu.records.search import api as search_api
from changliu.records.search import handlers as search_handlers
from changliu.records.selection import api as selection_api
from changliu.records.stream import api as stream_api
from changliu.records.stream import handlers as stream_handlers
from changliu.records.stream.hub import Streams
from changliu.records.teams.service import RecordTeams
from changliu.records.timeline import api as timeline_api
from changliu.rules.duplicates import api as duplicates_api
from changliu.rules.duplicates.bulk import api as duplicate_search_api
from changliu.rules.duplicates.bulk import model as duplicate_search_model
from changliu.rules.duplicates.bulk.model import SEARCH as DUPLICATE_SEARCH
from changliu.rules.duplicates.bulk.work import Searching
from changliu.rules.duplicates.kind import DuplicateKind
from changliu.rules.duplicates.participant import DuplicateParticipant
from changliu.rules.kind import RuleKind
from changliu.rules.participant import RuleParticipant
from changliu.schema import api as schema_api
from changliu.schema.indexing import work as indexing
from changliu.schema.indexing.work import INDEX, Indexing
from changliu.schema.kind import KINDS as SCHEMA_KINDS
from changliu.schema.leftovers import service as leftovers
from changliu.schema.leftovers.service import SWEEP, Sweeping
from changliu.schema.relations import Relations, SystemRelation
from changliu.schema.retype import api as retype_api
from changliu.schema.retype import model as retype_model
from changliu.schema.retype.filling import Filling
from changliu.schema.retype.model import Changes
from changliu.schema.retype.service import FILL as RETYPE
from changliu.schema.sight import MetaChapters, Sights
from changliu.startup import Composition
from changliu.timers import api as timers_api
from changliu.timers import due_api
from changliu.timers import model as timers_model
from changliu.timers.model import Fire, Fires
from changliu.transfer import api as transfer_api
from changliu.transfer import erasing as transfer_erasing
from changliu.transfer import model as transfer_model
from changliu.transfer import work as transfer_work
from changliu.transfer.export import api as exports_api
from changliu.transfer.export.model import EXPORT
from changliu.transfer.export.work import Exporting
from changliu.transfer.people import api as people_api
from changliu.views import api as views_api
from changliu.views import model as views_model
from changliu.views import settings_api
from changliu.views import store as views_store
from changliu.views.kind import FormKind, ViewKind
from changliu.views.meta import Navigation

# Rooms with tables, lowest layer first: the order in which migrations run.
ROOMS = (
    "kit",
    "jobs",
    "events",
    "timers",
    "identity",
    "definitions",
    "fields",
    "schema",
    "files",
    "access",
    "records",
    "actions",
    "bundles",
    "rules",
    "views",
    "transfer",
    "notifications",
    "operations",
)

# What is defined in the browser and in bundles, versioned by the definitions room.
KINDS: tuple[DefinitionKind[Any], ...] = (
    *SCHEMA_KINDS,
    RoleKind(),
    RuleKind(),
    DuplicateKind(),
    CalendarKind(),
    ViewKind(),
    FormKind(),
)

# What formulas see beside records, members and teams: a list of every object.
RELATIONS: tuple[SystemRelation, ...] = (SHARES, COMMENTS, FOLLOWS)
Relations.register(RELATIONS)

# Rooms that have a say in every write, in the order of their clauses.
PARTICIPANTS: tuple[Participant, ...] = (
    RuleParticipant(),
    DuplicateParticipant(),
    NotificationParticipant(),
)

# What workers do: jobs by kind (some keep things in the data folder), calls to the outside by kind,
# schedules.
HANDLERS: tuple[Callable[[Path], Mapping[str, Handler]], ...] = (
    sealing.handlers,
    files_handlers.handlers,
    clocks_handlers.handlers,
    rollups_handlers.handlers,
    transfer_work.handlers,
    search_handlers.handlers,
    stream_handlers.handlers,
    notifications_handlers.handlers,
)
EXTERNALS: Mapping[str, External] = {}

# Which facts start which jobs.
subscribe(notifications_handlers.SUBSCRIPTIONS)

# What records tell the rooms below of their history, and the long work that follows it.
CHANGES = Changes(latest_entry, changed_between)
CRONS: tuple[Cron, ...] = (
    *indexing.CRONS,
    *leftovers.CRONS,
    *sealing.CRONS,
    *files_handlers.CRONS,
    *clocks_handlers.CRONS,
    *rollups_handlers.CRONS,
    *transfer_work.CRONS,
    *search_handlers.CRONS,
    *stream_handlers.CRONS,
    *notifications_handlers.CRONS,
)

# What keeps copies of what records hold, and forgets an erased person's.
ERASERS = Erasers(
    (transfer_erasing.forget, leftovers.forget, comments.forget),
    (
        *jobs_model.COPIES,
        *timers_model.COPIES,
        *retype_model.COPIES,
        *files_model.COPIES,
        *transfer_model.COPIES,
        *views_model.COPIES,
    ),
)

# What is kept about records and objects, and goes with them for good.
TRACES = Traces(
    (
        *access_model.TRACES,
        *purging_model.TRACES,
        *timers_model.TRACES,
        *notifications_model.TRACES,
        *duplicate_search_model.TRACES,
    ),
    (purging_store.end, views_store.end, transfer_erasing.end),
)

# What happens when a timer is due, by its kind.
FIRES: Mapping[str, Fire] = {}

# In the order in which addresses are tried: what is asked most comes first.
ROUTERS: tuple[APIRouter, ...] = (
    records_read_api.router,
    records_api.router,
    selection_api.router,
    search_api.router,
    operations_api.router,
    identity_api.router,
    definitions_api.router,
    definitions_api.audit_router,
    schema_api.router,
    retype_api.router,
    files_api.router,
    timeline_api.router,
    comments_api.router,
    following_api.router,
    notifications_api.router,
    stream_api.router,
    history_api.router,
    exports_api.router,
    duplicates_api.router,
    duplicate_search_api.router,
    exports_api.audit_router,
    people_api.router,
    access_api.router,
    bundles_api.router,
    demo_api.router,
    transfer_api.router,
    views_api.router,
    settings_api.router,
    jobs_api.routes(requires(Right.JOBS_MANAGE), JobDesk()),
    timers_api.routes(requires(Right.MEMBERS_MANAGE)),
    due_api.routes(requires(Right.JOBS_MANAGE)),
)

# What anybody may ask; every other door wants a session or a token.
STRANGERS = frozenset({"/api/health", "/api/health/prometheus", "/api/auth/login"})


def chain() -> Chain:
    """Return the migrations of every room and the SQL functions of formulas."""
    return load_chain(ROOMS, functions_sql())


def registries(settings: Settings) -> dict[type, object]:
    """Return what rooms look up by class: `platform.registry(KindRegistry)`."""
    handlers = {kind: handle for of in HANDLERS for kind, handle in of(settings.data).items()}
    kinds = KindRegistry(KINDS)
    works: Mapping[str, LongWork] = {
        EXPORT: Exporting(settings.data),
        RETYPE: Filling(kinds, CHANGES),
        INDEX: Indexing(),
        SWEEP: Sweeping(),
        DUPLICATE_SEARCH: Searching(),
        PURGE: Purging(TRACES),
        LOAD: Loading(PARTICIPANTS),
        **transfer_work.works(settings.data, PARTICIPANTS),
    }
    return {
        KindRegistry: kinds,
        Changes: CHANGES,
        Participants: Participants(PARTICIPANTS),
        Erasers: ERASERS,
        TeamHolders: TeamHolders((RecordTeams(PARTICIPANTS), ShareTeams(), CalendarTeams())),
        Sights: Sights(access_for),
        MetaChapters: MetaChapters((Navigation(),)),
        Readers: Readers(may_read),
        Streams: Streams(),
        Registry: Registry(handlers, {**EXTERNALS, **works}, CRONS),
        Fires: Fires(FIRES),
    }


def create_app(platform: Platform) -> FastAPI:
    """Return the web application over an open platform."""
    app = Application(
        title="畅流 Changliu",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        strangers=STRANGERS,
        chapters=(partial(describe_kinds, kinds=KINDS),),
    )
    app.state.platform = platform
    largest = files_api.body_limit(platform.settings)
    http.install(app, {files_api.PATH: largest, transfer_api.PATH: largest})
    for router in ROUTERS:
        app.include_router(router, prefix="/api")
    app.router.default = Pages(built_pages(), app.router.default)
    return app


cli = command_line(Composition(chain, registries, create_app))
