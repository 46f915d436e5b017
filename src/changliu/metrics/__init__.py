"""Named aggregates, targets, lights and dashboards."""
