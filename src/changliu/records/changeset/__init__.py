"""The write: one changeset, one transaction, twelve steps in one order (see `steps.STEPS`)."""
