"""Where trials run: what `--on` may say."""

from __future__ import annotations

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.diagnostics.extras import install
from stratrun.engine.tuning import crew


def test_without_a_place_trials_run_here():
    """No --on is this process."""
    assert isinstance(crew.crew_of(None), crew.Here)


@pytest.mark.parametrize(
    "where", ["", "local", "local:", "local:0", "local:99999", "local:-1", "ray:host", "ray://", "ray://host",
              "ray://a b:1", "http://host:1", "local:4\n", "ray://host:123456"],
)  # fmt: skip
def test_a_place_that_is_none_is_told(where):
    """Whatever is not local:N, ray or ray://host:port is refused with what to write."""
    with pytest.raises(InputError, match="--on"):
        crew.crew_of(where)


def test_ray_that_is_not_installed_is_told(monkeypatch):
    """The message says what to install."""
    monkeypatch.setattr(crew, "find_spec", lambda name: None)
    with pytest.raises(InputError) as caught:
        crew.crew_of("local:2")
    assert caught.value.help == install("ray")
