"""No business words: settings, database, clocks, ids, errors, labels, HTTP plumbing, secrets."""
