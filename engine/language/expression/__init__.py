"""Text of one expression in, its tree out (`parse`); nothing is known yet of what its names stand for."""
