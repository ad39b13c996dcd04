"""Two strategies side by side: what changed in meaning and in behaviour."""
