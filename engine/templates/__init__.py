"""New strategies from shipped ones, and the layout of a repository that keeps them."""
