"""What a model is, as values and as one canonical text: equal texts train and predict the same on equal candles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

VALUE, PROBABILITY, CONFIDENCE = OUTPUTS = ("value", "probability", "confidence")
ONNX = "onnx"
"""The estimator of a model made elsewhere."""


class Aim(StrEnum):
    """What a model foretells of the candles that follow a close, `horizon` of them."""

    RISES = "rises"
    """Whether the last close is at least `up` above this one."""
    FALLS = "falls"
    """Whether the last close is at least `down` below this one."""
    DIRECTION = "direction"
    """Whether the last close is above this one."""
    BARRIERS = "barriers"
    """Whether some high is `up` above this close before some low is `down` below it; a candle with both is a no."""
    RETURN = "return"
    """The last close over this one, less 1."""

    @property
    def yes_or_no(self) -> bool:
        return self is not Aim.RETURN


@dataclass(frozen=True, slots=True)
class Target:
    """`up` and `down` are fractions of the close, 0 where the aim has none; `horizon` is in candles."""

    aim: Aim
    horizon: int
    up: float = 0.0
    down: float = 0.0


@dataclass(frozen=True, slots=True)
class Training:
    """In candles: trained `every` so many on the last `window` of those whose outcome is known, which `purge` candles
    have followed; not with fewer than `least` that can be used."""

    window: int
    every: int
    purge: int
    least: int


@dataclass(frozen=True, slots=True)
class Made:
    """A model made elsewhere: the SHA-256 of its ONNX file, whether it gives a probability, and which of its outputs to
    read (the last one where none is named)."""

    sha256: str
    chances: bool
    output: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """A model that is trained here (`target` and `training` are set), or one made elsewhere (`made` is)."""

    estimator: str
    features: int
    """How many there are; what they are called changes nothing."""
    target: Target | None = None
    settings: tuple[tuple[str, float], ...] = ()
    training: Training | None = None
    seed: int = 0
    made: Made | None = None

    @property
    def text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Spec:
        """What `text` gave."""
        found = json.loads(text)
        target, training, made = (found.pop(name) for name in ("target", "training", "made"))
        return cls(
            **{**found, "settings": tuple((name, value) for name, value in found["settings"])},
            target=target and Target(**{**target, "aim": Aim(target["aim"])}),
            training=training and Training(**training),
            made=made and Made(**made),
        )

    @property
    def chances(self) -> bool:
        """Whether its value is a probability."""
        return self.made.chances if self.made else self.target is not None and self.target.aim.yes_or_no

    @property
    def outputs(self) -> tuple[str, ...]:
        """What it gives: a model of returns has no probability, and none made elsewhere tells its errors."""
        return OUTPUTS if self.chances else (VALUE,) if self.made else (VALUE, CONFIDENCE)

    @property
    def first(self) -> int:
        """Rows after its features before its first value, at the soonest."""
        return 0 if self.training is None else self.training.purge + self.training.least - 1

    @property
    def settle(self) -> int:
        """Rows of features after which it no longer matters where the candles began."""
        return 0 if self.training is None else self.training.purge + self.training.window + self.training.every


@dataclass(frozen=True, slots=True)
class Told:
    """What a model is called, its features' names, and the file of one made elsewhere: none of it changes a number."""

    name: str
    features: tuple[str, ...]
    place: str = ""

    @property
    def text(self) -> str:
        return json.dumps([self.name, self.features, self.place])

    @classmethod
    def read(cls, text: str) -> Told:
        """What `text` gave."""
        name, features, place = json.loads(text)
        return cls(name, tuple(features), place)


def settings_of(spec: Spec) -> Mapping[str, float]:
    """The settings of a model by name."""
    return dict(spec.settings)
