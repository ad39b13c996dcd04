"""The ledger: what happened, appended durably as a chain of events, and the tables that follow from it.

`open_writer(place, clock)` appends, `open_reader(place)` reads; a place is a file (SQLite) or a postgresql:// URL.
"""
