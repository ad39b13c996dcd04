"""The candle store: Parquet files by venue, market, symbol, timeframe and year, with where they came from."""
