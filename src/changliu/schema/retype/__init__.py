"""A field becomes another type while people work: a second column, filled from the first.

1. `survey` reads the values and says how many fit; `service.begin` lists what would no longer fit
the new type and, once that is confirmed, adds the column. 2. `filling` converts every record in
short transactions, then follows the history: whatever was written since is converted again.
3. `swap` holds writers back for a moment, converts the last few and publishes the field, which from
then on reads the new column. The old column stays for 30 days.
"""
