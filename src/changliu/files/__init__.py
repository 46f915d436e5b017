"""Bytes and metadata; asks records who may read."""
