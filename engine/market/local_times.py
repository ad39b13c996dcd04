"""Times without an offset and the zone they are stated to be of -> instants, with what its clocks leave open refused.

Where clocks go forward an hour of local times does not exist, where they go back one exists twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.diagnostic import InputError
from .columns import Mistakes, shown

if TYPE_CHECKING:
    import polars as pl

_FORMS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M")


def check_zone(zone: str, option: str) -> str:
    """The zone. Raises InputError when it is no name of the IANA database."""
    import polars as pl

    try:
        if not zone:
            raise ValueError
        pl.Series([0]).cast(pl.Datetime("ms")).dt.replace_time_zone(zone)
    except (ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise InputError(
            f"{option}: `{shown(zone)}` is not a timezone",
            help="write a name such as UTC, Europe/Berlin or America/New_York",
        ) from None
    return zone


def parse_local(text: pl.Series) -> pl.Series:
    """Dates, with or without a time of day, as they stand on a clock; null where there is none or it has an offset."""
    import polars as pl

    plain = text.str.replace("T", " ", literal=True)
    local = plain.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("ms"))
    for form in _FORMS:
        parsed = plain.str.to_datetime(form, time_unit="ms", strict=False)
        local = local.zip_with(local.is_not_null(), parsed)
    return local


def in_zone(local: pl.Series, zone: str, mistakes: Mistakes) -> pl.Series:
    """Their instants; null stays null, and a time that the zone has twice or never is noted as a mistake."""
    at = local.dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
    unclear = np.flatnonzero((at.is_null() & local.is_not_null()).to_numpy())
    if len(unclear):
        first = int(unclear[0])
        exists = local[first : first + 1].dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        often = "does not exist" if exists.null_count() else "exists twice"
        words = f"{local[first]} {often} in {zone}, where the clocks change then"
        help_ = "export the file in UTC, or write these times with their offset"
        mistakes.at(unclear, local.name, words, help=help_)
    return at.dt.convert_time_zone("UTC")
