"""Rehearsals: the live session on the simulated exchange, with whatever is to go wrong."""
