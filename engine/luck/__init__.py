"""Is it luck? The statistics of overfitting and chance: columns of returns in, figures and words out."""
