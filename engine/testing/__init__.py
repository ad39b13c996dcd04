"""Runs `kind: test` files."""
