"""A graph saved in the middle, as bytes, continues as if it had never stopped."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.graph.runtime import Runtime
from stratrun.engine.graph.snapshot import Snapshot
from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeline import Chunk
from stratrun.engine.trading.wiring import wire

from .case import PROOF, Case, cases, make_case, pieces


def columns(runtime: Runtime, rows: int) -> dict[str, bytes]:
    return {name: runtime.root(name)[:rows].tobytes() for name in runtime.plan.roots}


def halves(case: Case, cut: int) -> tuple[Chunk, Chunk]:
    whole = pieces(case, [])[0]
    middle = 1 + cut % (len(whole.own[0]) - 1)
    border = whole.own[0].time[middle]
    ends = {name: int(c.time.searchsorted(border)) for name, c in whole.feeds.items()}
    first = Chunk((whole.own[0].rows(0, middle),), {n: c.rows(0, ends[n]) for n, c in whole.feeds.items()})
    own = whole.own[0].rows(middle, len(whole.own[0]))
    return first, Chunk((own,), {n: c.rows(ends[n], len(c)) for n, c in whole.feeds.items()})


@given(cases(), st.integers(0, 10_000))
@settings(PROOF, max_examples=150)
def test_a_restored_graph_goes_on_with_the_same_bytes(case: Case, cut: int) -> None:
    """Every column after the cut is equal, whether the graph ran on or was saved and restored from bytes."""
    plan = wire(case.strategy).plan
    first, second = halves(case, cut)
    most = max(first.rows, second.rows)
    running = Runtime(plan, most, machine_code=False)
    running.extend(first.own[0], first.feeds)
    saved = running.save().to_bytes()
    expected = columns(running, running.extend(second.own[0], second.feeds))
    again = Runtime(plan, most, machine_code=False)
    again.restore(Snapshot.from_bytes(saved), first.own[0], first.feeds)
    assert columns(again, again.extend(second.own[0], second.feeds)) == expected
    assert again.save().to_bytes() == running.save().to_bytes()


@pytest.mark.parametrize("indicator", ["kvo(3, 5)", "ttm(5).hist", "sfx(4, 4).atr", "sobv(5)"])
def test_a_snapshot_is_not_of_other_candles(indicator: str, sample: Callable[..., Candles]) -> None:
    """A graph with indicators restored from candles refuses other candles, fewer candles and none."""
    document = {"stratrun": 2, "name": "n", "symbols": ["BTC/USDT"], "timeframe": "1h", "size": {"quantity": 1}}
    plan = wire(loads(json.dumps(document | {"long": {"enter": f"{indicator} is rising"}}))).plan
    own = sample(count=80)

    def fresh() -> Runtime:
        return Runtime(plan, len(own), machine_code=False)

    runtime = fresh()
    runtime.extend(own)
    saved = runtime.save()
    assert saved.replayed is not None
    volume = own.volume.copy()
    volume[-1] += 1.0
    with pytest.raises(ValueError, match="differ"):
        fresh().restore(saved, replace(own, volume=volume))
    with pytest.raises(ValueError, match="differ"):
        fresh().restore(saved, own.rows(1, len(own)))
    with pytest.raises(ValueError, match="candles"):
        fresh().restore(saved)
    fresh().restore(saved, own)


def test_a_snapshot_is_not_of_another_graph() -> None:
    """Restoring into a graph of another meaning is refused."""
    one, other = make_case(random.Random(1)), make_case(random.Random(2))
    saved = Runtime(wire(one.strategy).plan, 1, machine_code=False).save()
    with pytest.raises(ValueError, match="another graph"):
        Runtime(wire(other.strategy).plan, 1, machine_code=False).restore(saved)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"nonsense"])
def test_damaged_bytes_are_told(damage: bytes) -> None:
    """Anything but a saved state is refused in words."""
    with pytest.raises(ValueError, match="saved graph state"):
        Snapshot.from_bytes(damage)


@given(st.data())
@settings(PROOF, max_examples=60)
def test_damage_anywhere_is_told(data: st.DataObject) -> None:
    """A file that was not written to its end, or with a byte changed, is refused in words and never crashes."""
    case = make_case(random.Random(3))
    saved = Runtime(wire(case.strategy).plan, 1, machine_code=False).save().to_bytes()
    at = data.draw(st.integers(0, len(saved) - 1))
    with pytest.raises(ValueError, match="saved graph state"):
        Snapshot.from_bytes(saved[:at])
    changed = bytes([*saved[:at], saved[at] ^ data.draw(st.integers(1, 255)), *saved[at + 1 :]])
    with contextlib.suppress(ValueError):
        Snapshot.from_bytes(changed)


def test_a_changed_feed_is_noticed(sample: Callable[..., Candles]) -> None:
    """Indicators restored from a feed's candles refuse another feed."""
    document = {"stratrun": 2, "name": "n", "symbols": ["BTC/USDT"], "timeframe": "1h", "size": {"quantity": 1}}
    document |= {"feeds": {"eth": {"symbol": "ETH/USDT"}}, "long": {"enter": "eth.kvo(3, 5) is rising"}}
    plan = wire(loads(json.dumps(document))).plan
    own, feed = sample(count=80), sample("ETH/USDT", count=80)
    runtime = Runtime(plan, 100, machine_code=False)
    runtime.extend(own, {"eth": feed})
    saved = runtime.save()
    Runtime(plan, 100, machine_code=False).restore(saved, own, {"eth": feed})
    with pytest.raises(ValueError, match="differ"):
        Runtime(plan, 100, machine_code=False).restore(saved, own, {"eth": sample("SOL/USDT", count=80)})


def test_nothing_of_a_snapshot_is_shared_with_the_graph() -> None:
    """A snapshot stays as it was taken while the graph goes on."""
    case = make_case(random.Random(4))
    first, second = halves(case, 30)
    runtime = Runtime(wire(case.strategy).plan, max(first.rows, second.rows), machine_code=False)
    runtime.extend(first.own[0], first.feeds)
    saved = runtime.save()
    before = [state.copy() for state in saved.states]
    runtime.extend(second.own[0], second.feeds)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(saved.states, before, strict=True))
