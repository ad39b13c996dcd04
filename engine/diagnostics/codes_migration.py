"""SR8xx: files of older versions and what becomes of them. SR9xx: what still works and will not for ever."""

from .code import Code
from .diagnostic import Severity

MIGRATION = (
    Code(
        "SR801",
        "Not readable as JSON",
        "A version 1 file is JSON: double quotes, each key once, no comments, no NaN, no comma before `}` or `]`.",
        '{"entryConditions": {"long": [],}}',
        '{"entryConditions": {"long": []}}',
    ),
    Code(
        "SR802",
        "Not carried over",
        "The newest version has no place for this part of the old file, or does not know it; the rest is carried over.",
        '"mlModels": [{"name": "lstm"}]',
        '"mlModels": []',
        Severity.WARNING,
    ),
    Code(
        "SR803",
        "Assumed",
        "The old file does not say something that has to be said: what is assumed stands in the migrated file.",
        '"positionSizing": {"method": "KELLY"}',
        '"positionSizing": {"method": "PERCENT_EQUITY", "value": 10}',
        Severity.WARNING,
    ),
    Code(
        "SR804",
        "One, or one percent",
        "Thresholds of version 1 up to 1 are fractions and above 1 percent, so that exactly 1 may be either.",
        '"maxDrawdown": {"threshold": 1}',
        '"maxDrawdown": {"threshold": "1%"}',
    ),
    Code(
        "SR805",
        "Not understood",
        "A value of the old file cannot be read, and leaving it out would change what the strategy does.",
        '{"indicator1": "rsi", "operator": "touches", "indicator2": 30}',
        '{"indicator1": "rsi", "operator": "crosses_below", "indicator2": 30}',
    ),
    Code(
        "SR806",
        "Missing from the old file",
        "Something without which there is no strategy is not in the old file, and nothing safe could be assumed.",
        '"takeProfit": {"type": "ratio", "value": 2}',
        '"stopLoss": {"type": "percent", "value": 2}, "takeProfit": {"type": "ratio", "value": 2}',
    ),
    Code(
        "SR807",
        "One key in two spellings",
        "In version 1 `entryConditions` and `entry_conditions` are the same key, so only one of them may stand there.",
        '{"stop_loss": {"value": 2}, "stopLoss": {"value": 3}}',
        '{"stopLoss": {"value": 3}}',
    ),
    Code(
        "SR808",
        "The migrated file differs",
        "Read again, the new file does not decide as the old one does: nothing is written, and the mistake is ours.",
        "a migrated rule that computes something else",
        "a migrated rule that computes the same",
    ),
    Code(
        "SR809",
        "Not written",
        "The file cannot be replaced safely: its new name is taken, it is a link, or it changed in the meantime.",
        "stratrun migrate dip.json --write   (beside a dip.yaml)",
        "stratrun migrate dip.json --write   (after moving dip.yaml away)",
    ),
)

DEPRECATED = (
    Code(
        "SR901",
        "A file of an older version",
        "The file is converted each time it is read, and nothing is written; `stratrun migrate` rewrites it for good.",
        '{"name": "EMA crossover", "entryConditions": {"long": []}}',
        "stratrun: 2\nname: EMA crossover",
        Severity.WARNING,
    ),
)
