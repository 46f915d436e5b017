"""Records that name a team: counted before it goes, moved to another when asked."""
