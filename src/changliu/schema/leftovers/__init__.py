"""What changes of structure leave behind: columns of removed fields and of former types.

They are kept for a while, so that a removal can be undone and old values looked up; a nightly job
drops them then. Erasing a person reaches them meanwhile, and `changliu doctor` compares tables and
catalogue.
"""
