"""Field types: one file each, five small protocols (storage, value, filter, formula, transfer)."""
