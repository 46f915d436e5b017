"""Health, backup, doctor, audit."""
