"""How an account and its strategies stood against their limits of losses before: told in the opening of a session, so
that a Book that begins anew, with capital of its own, goes on counting from there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from ...ledger.events_session import SessionOpened
from ...trading.standing import Stood

TOLD = "losses"
"""What they are called in the settings of an opening."""


@dataclass(frozen=True, slots=True)
class Losses:
    """Of the account, and of each strategy by its name."""

    account: Stood = field(default_factory=Stood)
    strategies: Mapping[str, Stood] = field(default_factory=dict)

    def settings(self, strategy: str) -> dict[str, str]:
        """As the SessionOpened of a strategy has them."""
        own = self.strategies.get(strategy, Stood())
        return {TOLD: json.dumps({"account": asdict(self.account), "strategy": asdict(own)}, sort_keys=True)}

    @classmethod
    def of(cls, event: SessionOpened) -> Losses | None:
        """What an opening tells, None where it tells nothing of it. Raises ValueError, KeyError, TypeError."""
        text = dict(event.settings).get(TOLD)
        if text is None:
            return None
        told = json.loads(text)
        return cls(Stood(**told["account"]), {event.strategy: Stood(**told["strategy"])})
