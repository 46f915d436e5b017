"""Changing everything a filter finds: steps of changesets in one chain, previewed, taken back."""
