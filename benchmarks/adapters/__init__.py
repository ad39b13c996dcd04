"""One module a peer: `prepare` (untimed), `run` (timed), `outcome` (untimed); see `adapters/outcome.py`."""
