"""Backup and restore: one archive with database, files and keys; whole or not at all."""
