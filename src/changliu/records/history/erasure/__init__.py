"""Erasing a person: clear personal values leave record and history; seals stay valid."""
