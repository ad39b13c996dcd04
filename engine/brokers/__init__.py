"""Venues through ccxt: the only room that imports it, and only when it is used."""
