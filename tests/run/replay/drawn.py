"""Sessions drawn at random: a strategy of minutes, and a venue with its delays, spreads, partial fills and faults."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.exchange.faults import Call, Faults, drawn
from stratrun.engine.language.document import loads
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.reader import Reader
from stratrun.engine.run.replay.recorded import chosen, sessions_of
from stratrun.engine.run.replay.subject import Subject

from ...parity.generator import Choices
from ...parity.generator import _account as draw_account
from ...parity.generator import _sides as draw_sides
from ..stage import Stage

STRUCK = (Call.SUBMIT, Call.CANCEL, Call.FIND, Call.USER_STREAM, Call.CANDLE_STREAM)


def strategy_of_minutes(rng: random.Random) -> str:
    """A long strategy on one or two spot symbols; slower clocks are of three and five minutes."""
    while True:
        draw = Choices(rng, "15m", False)
        symbols = ["BTC/USDT", "ETH/USDT"][: draw.one((1, 1, 2))]
        document: dict[str, Any] = {"stratrun": 2, "name": "Drawn at random", "symbols": symbols, "timeframe": "1m"}
        if draw.chance(25):
            document["filters"] = draw.rules()
        draw_sides(draw, document, False)
        draw_account(draw, document, False)
        text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in document.items())
        text = text.replace("1h.", "3m.").replace("4h.", "5m.")
        try:
            loads(text)
        except DocumentError:  # such as a window shorter than its candles
            continue
        return text


def drawn_stage(folder: Path, seed: int, paper: bool = False, faults: float = 0.0, minutes: int = 90) -> Stage:
    rng = random.Random(seed)
    texts = {f"s{k}": strategy_of_minutes(rng) for k in range(rng.choice((1, 1, 2)))}
    spec: dict[str, Any] = {"spread": Decimal(rng.choice(("0", "0.02"))), "fee_in_base": rng.random() < 0.3}
    if rng.random() < 0.5:
        spec |= {"depth": Decimal(rng.choice(("0.5", "3"))), "levels": rng.choice((3, 20))}
    struck = Faults(drawn(seed, faults, STRUCK)) if faults else None
    latency = rng.choice((0.0, 0.05, 0.7, 4.0))
    return Stage(folder, texts, history=150, minutes=minutes, spec=spec, latency=latency, paper=paper, faults=struck)


def subject_of(stage: Stage) -> tuple[Reader, Subject]:
    """What a stage has recorded, with the deployment that it recorded it with."""
    reader = open_reader(stage.folder / "ledger.db")
    groups = chosen(reader, None, None)
    assert len(groups) == 1
    return reader, Subject.of(stage.deployment(), groups[0], sessions_of(reader))
