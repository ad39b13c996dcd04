"""What a user is told about the catalogue: facts, examples, what to search by, and a look at the values."""
