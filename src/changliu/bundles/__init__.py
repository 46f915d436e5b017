"""App bundles: read, plan from→to, apply, export."""
