"""Indexes that lists need: made by a job of fields marked `indexed` and of uses that ask for one.

`wanted` says from the catalogue which there should be; `work` makes the tables agree, one index at
a time and concurrently, so nobody waits. An index is named after its expression: when that changes,
the new one is built and the old one dropped. What a killed process left half-built is built again.
"""
