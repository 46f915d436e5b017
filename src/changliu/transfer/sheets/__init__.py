"""Workbooks, read and written by child processes that alone import the libraries for it.

A file from outside may be made to exhaust whoever opens it: a child has a bound on its memory, its
seconds and what it writes, and when it dies the import says so and goes on living.
"""
