"""Views and forms: how records are shown and entered, as definitions; and what a member keeps.

A view is a list, board, calendar, gallery, tree or map of one object; a form lays its record out.
Shared ones are definitions; a member's own views and small settings are rows of the member's.
"""
