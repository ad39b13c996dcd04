"""The strategy language: a file in, a checked Strategy or every mistake in it out (see `document`)."""
