"""What the measures of volume are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    "accu_dist": "the accumulation/distribution line",
    "chaikin_osc": "the Chaikin oscillator ({fast} and {slow} candles)",
    "cmf": "the {length}-candle Chaikin money flow",
    "emv": "the {length}-candle ease of movement (divisor {divisor})",
    "force_index": "the {length}-candle force index",
    "klinger.klinger": "the Klinger oscillator of {source} ({fast} and {slow} candles, signal {signal})",
    "klinger.signal": "the signal line of the Klinger oscillator of {source} ({fast} and {slow} candles, signal "
                      "{signal})",
    "kvo": "the Klinger volume oscillator ({fast} and {slow} candles)",
    "market_fi": "the candle's range divided by its volume (market facilitation index)",
    "nvi": "the negative volume index of {source}",
    "obv": "the on-balance volume of {source}",
    "poc": "the price around which most of the volume of the last {length} candles was traded ({bins} steps; point of"
           " control)",
    "pvi": "the positive volume index of {source}",
    "pvo.hist": "the histogram of the percentage volume oscillator ({fast}, {slow}, {signal})",
    "pvo.pvo": "the percentage volume oscillator ({fast}, {slow}, {signal})",
    "pvo.signal": "the signal line of the percentage volume oscillator ({fast}, {slow}, {signal})",
    "pvt": "the price-volume trend of {source}",
    "rvol": "the volume divided by the average of the {length} candles before",
    "sobv": "the {length}-candle average of the on-balance volume",
    "volume_osc": "how far, in percent, the {fast}-candle average of the volume is from the {slow}-candle one",
    "vwap": "the volume-weighted average (VWAP) of {source} since its {hours}-hour session began (offset {offset} h)",
    "vwap_bands.basis": "the volume-weighted average of {source} since its {hours}-hour session began (offset "
                        "{offset} h; bands {mult})",
    "vwap_bands.lower": "the lower band of the volume-weighted average of {source} since its {hours}-hour session "
                        "began (offset {offset} h; bands {mult})",
    "vwap_bands.upper": "the upper band of the volume-weighted average of {source} since its {hours}-hour session "
                        "began (offset {offset} h; bands {mult})",
    "vwap_month.basis": "the volume-weighted average of {source} since the month began (UTC; bands {mult})",
    "vwap_month.lower": "the lower band of the volume-weighted average of {source} since the month began (UTC; bands "
                        "{mult})",
    "vwap_month.upper": "the upper band of the volume-weighted average of {source} since the month began (UTC; bands "
                        "{mult})",
    "vwap_rolling.basis": "the volume-weighted average of {source} over {length} candles (bands {mult})",
    "vwap_rolling.lower": "the lower band of the volume-weighted average of {source} over {length} candles (bands "
                          "{mult})",
    "vwap_rolling.upper": "the upper band of the volume-weighted average of {source} over {length} candles (bands "
                          "{mult})",
    "vwap_total": "the volume-weighted average of {source} since the first candle",
    "vwap_week.basis": "the volume-weighted average of {source} since the week began (UTC; bands {mult})",
    "vwap_week.lower": "the lower band of the volume-weighted average of {source} since the week began (UTC; bands "
                       "{mult})",
    "vwap_week.upper": "the upper band of the volume-weighted average of {source} since the week began (UTC; bands "
                       "{mult})",
    "vzo": "the {length}-candle volume zone oscillator",
    "wad": "Williams' accumulation/distribution line",
    "wvad": "Williams' variable accumulation/distribution line",
})  # fmt: skip
