"""Search over records: what they are found by, and finding them."""
