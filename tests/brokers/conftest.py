"""Gives the tests of this folder `at_venue`."""

from .scripted import at_venue

__all__ = ["at_venue"]
