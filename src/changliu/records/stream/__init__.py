"""What open pages are told while others write: which object a changeset touched, never what."""
