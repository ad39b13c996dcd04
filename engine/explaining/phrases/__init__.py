"""What each family's outputs are called in a sentence, a file for each family."""
