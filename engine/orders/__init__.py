"""The order path: an intent becomes orders at a venue, durably, once, and their fills become positions."""
