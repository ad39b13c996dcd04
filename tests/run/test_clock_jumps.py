"""A clock that is set while a session runs is compared with the venue's at once."""

from __future__ import annotations

import asyncio

import pytest

from stratrun.engine.run.live.jobs import ClockJumps


@pytest.mark.parametrize("jump", [3_600_000, -3_600_000, 5_000, -1_000])
def test_a_jump_is_told_and_compared_once(jump: int) -> None:
    """Time that passes is no jump, a clock that was set is one; where the venue is away it is asked again."""
    wall, steady, asked, told = [1_800_000_000_000], [50.0], [0], list[str]()

    async def compare() -> None:
        asked[0] += 1
        if asked[0] == 1:
            raise OSError("away")

    def passes(seconds: float) -> None:
        wall[0] += int(seconds * 1_000)
        steady[0] += seconds

    async def main() -> None:
        job = ClockJumps(compare, lambda: wall[0], lambda: steady[0], told.append)
        for _ in range(10):
            passes(5.0)
            await job()
        assert (asked, told) == ([0], [])
        wall[0] += jump
        with pytest.raises(OSError, match="away"):
            await job()
        for _ in range(10):
            passes(5.0)
            await job()

    asyncio.run(main())
    assert asked == [2]
    assert [f"{jump / 1_000:+,.1f} s" in words for words in told] == [True, True]
