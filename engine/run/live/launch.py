"""One run of a deployment: everything around its session, from the first connection to the last line of the log.

1. what the ledger is used for is noted; leverage is set; the session starts, which is recovery;
2. control and signals are listened to, entries of the ledger told on, until an end is asked for;
3. an orderly end by the policy; a second signal ends at once, and the next start takes up what was left;
4. whatever fails is logged with where it stood, alerted, and leaves the ledger whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from enum import StrEnum

from ...brokers.clock import Clock
from ...brokers.outcome import BrokerError
from ...brokers.protocol import Broker
from ...diagnostics.diagnostic import InputError
from ...language.deployment import Deployment, Shutdown
from ...ledger.events_control import Noted
from ...ledger.values import Mode
from ...ledger.writer import Writer
from ...orders.outbox import Outbox
from ...orders.settings import Settings
from ...orders.wanted import Alert
from ..beside import Beside
from ..control.controlled import Controlled
from ..control.server import ControlServer
from ..halt_marker import HaltMarker
from ..preflight.books import WHO, noted_use, refuse_other_use, use_of
from .leverage import set_leverage
from .notify import Notifier
from .session import Hooks, LiveSession
from .signals import Stops
from .watch import Watch, Viewer
