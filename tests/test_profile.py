"""No test depends on how fast the machine is."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def test_drawn_examples_may_take_any_time() -> None:
    """A kernel compiled inside an example is no failure."""
    assert settings().deadline is None
    assert HealthCheck.too_slow in settings().suppress_health_check
