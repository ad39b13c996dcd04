"""A `kind: test` document in, a TestFile out (`load`): `build` reads the tests, `series` their candles, `shorthand` the
short way to write those, `expectations` what must come of them.
"""
