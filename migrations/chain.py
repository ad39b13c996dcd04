"""The steps in order, and nothing else."""

from __future__ import annotations

from .step import Step
from .v1_to_v2 import V1ToV2

STEPS: tuple[Step, ...] = (V1ToV2(),)
"""Each step begins where the one before it ends."""
