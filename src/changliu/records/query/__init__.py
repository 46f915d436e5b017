"""Rows and figures out: requests to plans, plans to SQL, rows to the wire; always as the caller."""
