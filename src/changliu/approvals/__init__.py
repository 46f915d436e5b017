"""Requests that carry a pending changeset through steps of deciders."""
