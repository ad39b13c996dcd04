"""Recorded sessions and files in, the deployment that decides them again out: found by the strategies' hashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from ...diagnostics.diagnostic import DocumentError, InputError
from ...language.deployment import Deployed, Deployment, Run
from ...language.document import kind_of, load, load_deployment
from ...language.folders import walk
from ...language.identity import deployment_hash, meaning_hash, short_hash
from ...language.strategy import Strategy
from ...language.stricter import stricter
from ...language.structure.kinds import DEPLOYMENT, STRATEGY
from ...market.symbol import parse_symbol
from ..beside import Beside
from ..live.kept import kept, kept_whole
from .recorded import Session, Together


@dataclass(frozen=True, slots=True)
class Subject:
    """`sessions` are those of the deployment's strategies, in their order; `notes` what is not as it was."""

    deployment: Deployment
    sessions: tuple[Session, ...]
    notes: tuple[str, ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        return tuple(self.deployment.runs())

    @classmethod
    def of(
        cls, deployment: Deployment, group: Together, known: Sequence[Session], notes: tuple[str, ...] = ()
    ) -> Subject:
        """Each strategy with its session: of the group, or an older one that the group's process went on with.

        Raises InputError where the ledger has none.
        """
        sessions: list[Session] = []
        mine = {session.opened.strategy: session for session in group.sessions}
        for run in deployment.runs():
            older = [
                s for s in known
                if s.opened.strategy == run.name and s.holds(group.first) and s.opened.mode is group.mode
                and s.opened.account == group.account and s.opened.strategy_hash == meaning_hash(run.strategy)
            ]  # fmt: skip
            session = mine.get(run.name) or (max(older, key=lambda s: s.seq) if older else None)
            if session is None:
                raise InputError(
                    f"the ledger has no session of `{run.name}` beside {group.sessions[0].name}",
                    help="name the deployment that ran",
                )
            sessions.append(session)
        beside = [
            s.name for s in known
            if s not in sessions and s.opened.account == group.account and s.seq >= group.first
            and (group.last is None or s.seq <= group.last)
        ]  # fmt: skip
        if beside:
            notes = (
                *notes,
                f"also begun on account {group.account} meanwhile, and not replayed here: {', '.join(beside)}",
            )
        return cls(deployment, tuple(sessions), notes)


class Files:
    """What was given to find strategies in: deployments and strategies, and what lies beside the deployments."""

    def __init__(self, paths: Sequence[str | Path]) -> None:
        """Raises InputError, DocumentError for a file that was named and cannot be read as either."""
        self.deployments: list[Deployment] = []
        self.strategies: list[tuple[Path, Strategy]] = []
        for path in walk(paths).files:
            self._add(path, folder=str(path) not in {str(given) for given in paths})
        self.beside = [one for d in self.deployments for one in _beside(d, self.strategies)]

    def _add(self, path: Path, folder: bool) -> None:
        try:
            kind = kind_of(path)
            if kind == DEPLOYMENT:
                self.deployments.append(load_deployment(path))
            elif kind == STRATEGY or not folder:
                self.strategies.append((path, load(path)))
        except DocumentError:
            if not folder:
                raise

    def subject(self, group: Together, known: Sequence[Session]) -> Subject:
        """What traded in the sessions; `known` are all of the ledger. Raises InputError where it is not among them."""
        for deployment in self.deployments:
            if deployment_hash(deployment) == group.deployment:
                return Subject.of(deployment, group, known)
        for deployment in self.deployments:
            place = Beside.of(deployment.ledger, deployment.path)
            whole = None if place is None else kept_whole(place.strategies, group.deployment)
            if whole is not None and deployment_hash(whole) == group.deployment:
                return Subject.of(whole, group, known)
        for deployment in self.deployments:
            older = self._restored(deployment, group)
            if older is not None:
                same = deployment_hash(older) == group.deployment
                return Subject.of(older, group, known, () if same else (_OTHER_RULES.format(deployment.path),))
        if not self.deployments and len(group.sessions) == 1:
            session = group.sessions[0].opened
            for path, strategy in self.strategies:
                if meaning_hash(strategy) == session.strategy_hash:
                    alone = _alone(path, strategy, group)
                    same = deployment_hash(alone) == group.deployment
                    return Subject.of(alone, group, known, () if same else (_ALONE,))
        raise self._missing(group)

    def _restored(self, deployment: Deployment, group: Together) -> Deployment | None:
        """The deployment with each strategy as it was, from the files at hand; None where one is not among them."""
        wanted = {s.opened.strategy: s.opened for s in group.sessions}
        if not wanted.keys() <= {run.name for run in deployment.runs()}:
            return None
        entries = []
        for deployed in deployment.strategies:
            mine = [run for run in deployed.runs() if run.name in wanted]
            if all(meaning_hash(run.strategy) == wanted[run.name].strategy_hash for run in mine):
                entries.append(deployed)
                continue
            found = self._older(deployed, deployment, wanted[mine[0].name].strategy_hash)
            found = found or _kept(deployment, deployed.name, [wanted[run.name].strategy_hash for run in mine])
            if found is None:
                return None
            entries.append(found)
        return replace(deployment, strategies=tuple(entries))

    def _older(self, deployed: Deployed, deployment: Deployment, wanted: str) -> Deployed | None:
        """The entry with the strategy of that meaning."""
        if not isinstance(deployed.subject, Strategy):
            return None
        for (_, strategy), limits in product([*self.strategies, *self.beside], (False, True)):
            one = replace(strategy, symbols=deployed.subject.symbols)
            if limits:
                one = replace(one, risk=stricter(one.risk, deployment.limits))
            for candidate in (strategy, one):
                if meaning_hash(candidate) == wanted:
                    return replace(deployed, subject=candidate)
        return None

    def _missing(self, group: Together) -> InputError:
        """Which strategy is not among the files, and what there is instead."""
        said, changed = [], False
        for session in group.sessions:
            name, was = session.opened.strategy, session.opened.strategy_hash
            hashes = {place: meaning_hash(strategy) for place, strategy in self._candidates(name)}
            if was in hashes.values():
                continue
            given = [f"{Path(place).name} has {short_hash(one)}" for place, one in hashes.items()]
            changed |= bool(given)
            said.append(f"`{name}` traded as {short_hash(was)}, {', '.join(given[:4]) or 'and no file has it'}")
        message = "; ".join(said) or "the strategies traded in a deployment that is not among the files"
        help_ = "name the deployment that ran, or the file of its strategy"
        if changed:
            help_ = "name the file as it was (`git show REVISION:FILE`); `stratrun diff REVISION:FILE FILE` tells more"
        return InputError(f"session {group.sessions[0].name}: {message}", help=help_)

    def _candidates(self, name: str) -> Iterator[tuple[str, Strategy]]:
        for deployment in self.deployments:
            yield from ((run.strategy.path, run.strategy) for run in deployment.runs() if run.name == name)
        yield from ((str(path), strategy) for path, strategy in self.strategies)


_OTHER_RULES = "{} has other money, limits or rules than the deployment that ran: decisions may differ for that"
_ALONE = (
    "the deployment that ran is not among the files: its limits, and its other strategies if there were any, are not "
    "followed"
)


def _alone(path: Path, strategy: Strategy, group: Together) -> Deployment:
    """A deployment of one strategy, with all of the account's money."""
    _, quote, settle = parse_symbol(strategy.symbols[0])
    return Deployment(
        str(path), strategy.name, "", group.account, strategy.market, settle or quote, "",
        (Deployed(group.sessions[0].opened.strategy, 1.0, strategy, 60_000),),
    )  # fmt: skip


def _kept(deployment: Deployment, name: str, meanings: Sequence[str]) -> Deployed | None:
    """The entry as it was, from the copies that the session kept beside its ledger."""
    place = Beside.of(deployment.ledger, deployment.path)
    found = None if place is None else kept(place.strategies, meanings[0], name)
    same = found is not None and set(meanings) <= {meaning_hash(run.strategy) for run in found.runs()}
    return found if same else None


def _beside(deployment: Deployment, known: Sequence[tuple[Path, Strategy]]) -> Iterator[tuple[Path, Strategy]]:
    """Strategies in the deployment's folder that can be read."""
    there = {path.resolve() for path, _ in known}
    folder = Path(deployment.path).parent
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if path.resolve() in there:
            continue
        try:
            if kind_of(path) == STRATEGY:
                yield path, load(path)
        except (DocumentError, OSError):
            continue
