"""The Book of recorded sessions as theirs was made, from what the ledger says they began from."""

from __future__ import annotations

from typing import Any

from ...language.deployment import Deployment
from ...ledger.values import Mode
from ...trading.live_portfolio import LivePortfolio, PaperPortfolio
from ..live.book import SessionBook
from ..live.live_book import LiveBook
from ..live.opening import Base, as_portfolio
from ..live.paper_book import PaperBook


def book_of(mode: Mode, deployment: Deployment, account: str, base: Base) -> SessionBook[Any]:
    """`account` is the one in the ledger: that of a paper session is not the deployment's own."""
    names = [run.name for run in deployment.runs()]
    together, money = as_portfolio(deployment), base.account
    if mode is Mode.PAPER:
        paper = PaperPortfolio(together, base.instruments, money)
        return PaperBook(paper, names, account, deployment.currency)
    return LiveBook(LivePortfolio(together, base.instruments, money), names, account, deployment.currency)
