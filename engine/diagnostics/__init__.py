"""Mistakes in a user's input as data: what they are, what their codes mean, how they are shown."""
