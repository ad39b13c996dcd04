"""The registry of diagnostic codes: a code never changes its meaning and is never used again.

SR0xx YAML, SR1xx schema, SR2xx expressions, SR3xx time, SR4xx meaning (SR43x: comments that silence, SR47x: models),
SR5xx portability to a venue, SR6xx other inputs, SR7xx test files (SR72x: portfolios, SR73x: deployments), SR8xx
migration, SR9xx deprecations.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .code import Code
from .codes_deployments import DEPLOYMENTS
from .codes_expressions import EXPRESSIONS
from .codes_ignores import IGNORES
from .codes_input import INPUT
from .codes_lint import LINT
from .codes_meaning import MEANING
from .codes_migration import DEPRECATED, MIGRATION
from .codes_models import MODELS
from .codes_portfolios import PORTFOLIOS
from .codes_schema import SCHEMA
from .codes_tests import TESTS
from .codes_time import TIME
from .codes_trading import TRADING
from .codes_venue import VENUE
from .codes_yaml import YAML

CODES: Mapping[str, Code] = MappingProxyType(
    {
        row.code: row
        for table in (
            YAML,
            SCHEMA,
            EXPRESSIONS,
            TIME,
            MEANING,
            IGNORES,
            TRADING,
            LINT,
            MODELS,
            VENUE,
            INPUT,
            TESTS,
            PORTFOLIOS,
            DEPLOYMENTS,
            MIGRATION,
            DEPRECATED,
        )
        for row in table
    }
)
"""Every code by its name, in order."""
