"""The one durable table of work: claim, retry, dead letters, cron.

A job is written in the transaction that makes it necessary and is run, with all its effects, in the
transaction that deletes it: a crash anywhere loses nothing and doubles nothing.
"""
