"""SR43x: `# stratrun: ignore[...]` comments that do not do what they say."""

from .code import Code
from .diagnostic import Severity

IGNORES = (
    Code(
        "SR430",
        "Silences nothing",
        "The comment names a code that is not told about its line: what it silenced has been mended, so it can go.",
        "timeframe: 1h    # stratrun: ignore[SR417] kept for the next strategy",
        "timeframe: 1h",
        Severity.WARNING,
    ),
    Code(
        "SR431",
        "Silenced without a reason",
        "Whoever reads the file next wants to know why a warning does not count; say it behind the bracket.",
        "opposite: close    # stratrun: ignore[SR412]",
        "opposite: close    # stratrun: ignore[SR412] the short side follows",
        Severity.WARNING,
    ),
    Code(
        "SR432",
        "An ignore comment that cannot be read",
        "It is written `# stratrun: ignore[SR417] reason`, with known codes, several parted by commas.",
        "name: Dip    # stratrun: ignore[unused] kept for later",
        "name: Dip",
        Severity.WARNING,
    ),
    Code(
        "SR433",
        "An error cannot be silenced",
        "Only warnings can be: a file with an error does not run, whatever its comments say.",
        "short: {enter: close < open}    # stratrun: ignore[SR401] the venue lends",
        "market: perp\nshort: {enter: close < open}",
        Severity.WARNING,
    ),
)
