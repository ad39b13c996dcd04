"""A `kind: portfolio` document in, a Portfolio out (`build`): `members` reads the strategies it names, `shares` their
weights, `together` checks whether one account can hold them, `account` reads its limits.
"""
