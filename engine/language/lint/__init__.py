"""What a sound file still gets told: conditions that never or always hold, exits out of reach, ranges at odds."""
