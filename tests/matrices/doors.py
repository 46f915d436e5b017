"""Whatever can write, classified; a new route, command, job or timer must say how it writes.

`RECORDS`: hands records a changeset of its caller's; the door in test_doors.py that goes through
it. Everything else writes no record, or is named with the reason why no rule is asked.
"""

RECORDS = {
    "POST /api/records/{object_key}": "create",
    "PATCH /api/records/{object_key}/{record_id}": "update",
    "POST /api/records/{object_key}/{record_id}/history/{entry}/restore": "update",
    "POST /api/changesets": "small_all",
    "POST /api/records/{object_key}/{record_id}/restore": "restored",
    "POST /api/changesets/{changeset_id}/revert": "reverted",
    "POST /api/imports/{import_id}/revert": "reverted",
    "DELETE /api/teams/{team_id}": "team_moved",
    "POST /api/records/{object_key}/selection": "selected",
    "command import": "imported",
    "POST /api/imports": "uploaded",
    "PUT /api/imports/{import_id}/mapping": "uploaded",
    "PUT /api/imports/{import_id}/layout": "uploaded",
    "POST /api/imports/{import_id}/commit": "uploaded",
    "external import.run": "uploaded",
    "external import.rehearse": "uploaded",
}
# Deleting asks rules and scopes of its own: references, the verb delete on the old row.
DELETES = {"DELETE /api/records/{object_key}/{record_id}": "deleted"}
# Who asks no rule, and why.
NO_RULES = {
    "POST /api/records/{object_key}/{record_id}/erase": (
        "a person has a right to be erased, whatever rules say of records"
    ),
    "POST /api/people/erase": "the same",
    "job rollup.fill": "a roll-up says what its children say; nobody changed anything",
    "job rollup.reconcile": "the same",
    "external schema.retype": "values change their form, not what they say; a designer decides",
}
# Prefixes and names of what writes definitions, people, sessions, files, jobs: never a record.
APART = (
    "/api/auth/", "/api/accounts/", "/api/tokens", "/api/members", "/api/teams",
    "/api/definitions/", "/api/objects", "/api/bundles/", "/api/jobs/", "/api/timers/",
    "/api/test/clock", "/api/files", "/api/exports", "/api/people/", "/api/query", "/api/workspace",
    "/api/formulas/",
    "/api/imports/{import_id}/cancel", "/api/records/{object_key}/{record_id}/shares",
    "/api/records/{object_key}/duplicates", "/api/records/{object_key}/{record_id}/comments",
    "/api/records/{object_key}/{record_id}/follow", "/api/notifications",
    "/api/views", "/api/me/", "/api/duplicates/",
)  # fmt: skip
COMMANDS_APART = {
    "serve", "worker", "workspace list", "workspace create", "account add", "account password",
    "workspace pause", "workspace resume",
    "bundle install", "bundle diff", "bundle export", "audit verify", "audit seal", "doctor",
    "backup", "restore", "jobs list", "jobs run", "jobs discard",
    "bundle uninstall", "bundle demo",
}  # fmt: skip
# Indexes, dropped columns, files that are taken away.
EXTERNALS_APART = {
    "schema.index",
    "schema.sweep",
    "export.make",
    "duplicate.search",
    "bundle.demo",
    "bundle.purge",
}
JOBS_APART = {
    "history.seal", "file.sweep", "file.remove", "calendar.refresh", "import.sweep", "search.keys",
    "stream.sweep", "notification.changed", "notification.comment", "notification.share",
    "notification.ended", "notification.jobs", "notification.sweep",
}  # fmt: skip
