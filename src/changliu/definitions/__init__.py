"""Every versioned piece of configuration: versions, diff, publish, rollback, uses, impact, audit.

A room contributes a kind (`kind.DefinitionKind`); everything else is written here once.
"""
