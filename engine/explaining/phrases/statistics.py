"""What the statistics of a series are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    "autocorrelation": "the correlation of {source} with itself {lag} candles before, over {length} candles",
    "beta": "how strongly the returns of {b} follow those of {a} over {length} candles (beta)",
    "correlation": "the correlation of {a} with {b} over {length} candles",
    "covariance": "the covariance of {a} with {b} over {length} candles",
    "dev": "the mean distance of {source} from its {length}-candle average",
    "entropy": "the entropy of {source} over {length} candles, in bits",
    "half_life": "the half-life, in candles, of the distance of {source} from its mean (over {length} candles)",
    "hurst": "the Hurst exponent of {source} over {length} candles (above 0.5 it trends, below it turns back)",
    "kurtosis": "the excess kurtosis of {source} over {length} candles",
    "linreg": "the {length}-candle regression line of {source} (offset {offset})",
    "linreg_angle": "the angle, in degrees, of the {length}-candle regression line of {source}",
    "linreg_error": "the standard error of the {length}-candle regression line of {source}",
    "linreg_intercept": "where the {length}-candle regression line of {source} begins",
    "linreg_slope": "the slope of the {length}-candle regression line of {source}",
    "median": "the median of {source} over {length} candles",
    "mode": "the commonest value of {source} over {length} candles",
    "percentile": "the value that {percent} % of the last {length} values of {source} are below",
    "percentile_nearest": "the value, nearest rank, that {percent} % of the last {length} values of {source} are below",
    "percentrank": "the share, in percent, of the last {length} values of {source} that are below it",
    "rsquared": "how well a straight line fits {source} over {length} candles, from 0 to 1 (R-squared)",
    "skew": "the skewness of {source} over {length} candles",
    "stdev": "the standard deviation of {source} over {length} candles",
    "tsf": "what the {length}-candle regression line of {source} foretells for the next candle",
    "variance": "the variance of {source} over {length} candles",
    "zscore": "how many deviations {source} is from its {length}-candle average",
})  # fmt: skip
