"""A person's data: find it everywhere, hand it out, erase it, with a receipt.

Objects, records, history, shares and files know nothing of people; fields marked `personal` do.
"""
