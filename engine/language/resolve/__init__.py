"""Texts of expressions and what they may refer to in, typed terms on the strategy's clock out (`resolver`)."""
