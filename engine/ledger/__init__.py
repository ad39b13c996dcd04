"""The ledger: what happened, appended durably as a chain of events, and the tables that follow from it.

`opening.open_writer(place, clock)` appends and `opening.open_reader(place)` reads; a place is a file's name or a
postgresql:// URL.
"""
