"""Parameter studies: many trials of one strategy over shared columns, walk-forward, and what they found."""
