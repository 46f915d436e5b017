"""Looking for records alike among those that are there, in the background."""
