"""What the measures of cycles are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    "ht_dcperiod": "the length, in candles, of the dominant cycle of {source} (Hilbert transform)",
    "ht_dcphase": "the phase, in degrees, of the dominant cycle of {source} (Hilbert transform)",
    "ht_phasor.inphase": "the in-phase part of the cycle of {source} (Hilbert transform)",
    "ht_phasor.quadrature": "the quadrature part, a quarter cycle late, of the cycle of {source} (Hilbert transform)",
    "ht_sine.lead": "the sine, 45 degrees ahead, of the phase of the dominant cycle of {source} (Hilbert transform)",
    "ht_sine.sine": "the sine of the phase of the dominant cycle of {source} (Hilbert transform)",
    "ht_trendline": "the average of {source} over its dominant cycle (Hilbert transform)",
    "mama.fama": "the following line (FAMA) of the MESA adaptive average of {source} (weights from {slow} to {fast})",
    "mama.mama": "the MESA adaptive average (MAMA) of {source} (weights from {slow} to {fast})",
})  # fmt: skip
