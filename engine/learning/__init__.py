"""Models as indicators: declared in, trained walk-forward on rows whose outcome is known, plain numbers out.

Nothing here knows the language or the graph; the libraries that train are imported when a model first trains.
"""
