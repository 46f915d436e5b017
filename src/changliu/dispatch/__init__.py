"""Gives records an owner: pools, weights, claims, returns."""
