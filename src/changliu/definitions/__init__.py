"""Every versioned definition: versions, diff, publish, rollback, uses, impact, audit."""
