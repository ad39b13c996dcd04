"""Drives the migration chain over files and proves its results."""
