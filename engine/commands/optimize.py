"""`stratrun optimize`: search the parameters of a strategy or portfolio, and learn whether what was found is luck."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import FINDINGS, INTERRUPTED, told
from .inputs import read_any, tell_preparation
from .paths import OUT, PAGE, PATH, STUDY

if TYPE_CHECKING:
    from ..language.meaning.wishes import Wishes
    from ..market.timeframe import Timeframe
    from ..research.inputs import AnyInputs
    from ..tuning.crew import Crew
    from ..tuning.draft import Drafted
    from ..tuning.findings import Findings
    from ..tuning.folds import Fold, Walked
    from ..tuning.goal import Goal
    from ..tuning.search import Plan, Study
    from ..tuning.store import Store

SAMPLERS = ("grid", "random", "tpe", "cmaes", "nsga2", "genetic")
USUAL_TRIALS = 100
LARGEST_GRID = 100_000

search_options = (
    click.option("--tune", multiple=True, metavar="NAME",
                 help="A parameter to tune; if left out, those of `optimize:`, or all with a range. A portfolio's are "
                 "MEMBER.PARAM and MEMBER.weight."),
    click.option("--range", "ranges", multiple=True, metavar="NAME=LOW:HIGH[:STEP]",
                 help="A parameter to tune besides, and its values: fast=10:40:5. Repeatable."),
    click.option("--sampler", type=click.Choice(SAMPLERS), help="How to search; grid where there are few points."),
    click.option("--trials", type=click.IntRange(1, 1_000_000), metavar="N",
                 help="How many points to try; 100, or the whole grid."),
    click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True,
                 help="The same seed, the same trials."),
    click.option("--goal", "goals", multiple=True, metavar="FIGURE",
                 help="What to make large: sharpe, 'minimize max_drawdown'. Several give a Pareto front."),
    click.option("--min-trades", type=click.IntRange(0), metavar="N", help="Fewer trades do not count."),
    click.option("--max-drawdown", type=options.Share(), metavar="PERCENT", help="Deeper drawdowns do not count."),
    click.option("--prune", is_flag=True,
                 help="Stop trials that are behind the middle of earlier ones after a quarter, half, three quarters."),
    click.option("--study", "study_place", metavar="FILE|URL", type=STUDY,
                 help="Keep every trial there, and go on from there: a file, or a database's URL."),
    click.option("--out", "params_out", metavar="FILE", type=OUT,
                 help="Write the chosen values, for `backtest --params FILE`."),
    click.option("--html", "html_out", metavar="OUT", type=PAGE,
                 help="Write the study as a page with maps and pictures, which needs no network."),
)  # fmt: skip
where_options = (
    click.option("--on", metavar="WHERE",
                 help="Run the trials on Ray: local:4 (worker processes here), ray, or a cluster's ray://host:port."),
)  # fmt: skip
walk_options = (
    click.option("--walk-forward", "walks", is_flag=True, help="Also train and test in turn, on unseen time."),
    click.option("--train", metavar="LENGTH", help="Length of each training stretch, such as 180d."),
    click.option("--test", metavar="LENGTH", help="Length of each test, such as 30d."),
    click.option("--anchored", is_flag=True, help="Each training stretch begins at the first candle."),
    click.option("--purge", metavar="LENGTH", help="Cut off the end of each training stretch."),
    click.option("--embargo", metavar="LENGTH", help="Cut off the beginning of each test."),
)  # fmt: skip


@click.command("optimize")
@click.argument("file", type=PATH)
@options.candles
@options.span
@options.account_options
@options.grouped(options.fills)
@options.settings
@options.limits
@options.grouped(search_options, where_options, walk_options)
@options.form
@told
def command(file: str, specs: Sequence[str], form: str, **given: Any) -> None:
    """Search the parameters of a strategy or portfolio FILE over past candles.

    What to tune, what is required of the values and what makes them good stands in the file's `optimize:`; flags
    overrule it. The best of many tries looks good even where there is nothing to find, so every run ends with the
    question whether it is luck. The file itself is never changed.

    Example: stratrun optimize dip.yaml --candles BTCUSDT-1h.parquet --sampler tpe --trials 200 --out tuned.yaml
    """
    from ..tuning.crew import crew_of
    from ..tuning.findings import find_out, made_of, receipt
    from ..tuning.folds import walk
    from ..tuning.parameter_file import write_params
    from ..tuning.report import print_findings, to_json

    place = given["study_place"]
    crew = crew_of(given["on"])
    inputs = read_any(file, specs, given)
    draft = _draft(file, inputs, given)
    slowest = max((strategy.timeframe for strategy in inputs.strategies), key=lambda timeframe: timeframe.ms)
    wishes = draft.wishes(slowest)
    plan = _plan(draft, inputs, wishes, given)
    folds = _folds(inputs, wishes, slowest, given)
    tell_preparation(inputs)
    searcher = _Searcher(draft, plan, crew, place)
    walked: list[Walked] = []
    try:
        searcher.open(made_of(inputs, plan))
        study = searcher.search("study", inputs)
        if folds and study.best is not None and not study.interrupted:
            walked = walk(inputs, draft, folds, searcher.train)
        found = find_out(study, inputs, draft, searcher.runner(inputs), walked)
    finally:
        searcher.close()
    stated = receipt(found, inputs, draft)
    try:  # files first: a closed pipe (`| head`) must not cost them; and the report comes where one cannot be written
        if given["params_out"] is not None and study.best is not None:
            write_params(given["params_out"], {**draft.fixed, **study.best.point}, stated)
            click.echo(f"wrote {given['params_out']}", err=True)
        if given["html_out"] is not None:
            _write(given["html_out"], found, inputs)
    finally:
        if form == "json":
            click.echo(json.dumps(to_json(found, stated), indent=2, ensure_ascii=False))
        else:
            print_findings(found)
    _leave(searcher.interrupted, place, study)


def _draft(file: str, inputs: AnyInputs, given: dict[str, Any]) -> Drafted[Any]:
    """What builds the file at every point, under the limits of --limits. Raises DocumentError."""
    from ..language.limits_file import AccountLimits, LimitsFile
    from ..research.inputs import Inputs
    from ..tuning.draft import Draft
    from ..tuning.portfolio_draft import PortfolioDraft

    fixed, limits = options.overrides_of(given["settings"]), given["limits_file"]
    if isinstance(inputs, Inputs):
        return Draft(file, fixed, LimitsFile(limits) if limits else None)
    if given["prune"]:
        raise InputError("--prune follows one strategy, and this is a portfolio", help="leave it out")
    return PortfolioDraft(file, fixed, AccountLimits(limits) if limits else None)


def _write(path: str, found: Findings, inputs: AnyInputs) -> None:
    from ..report.html.research import research_page
    from ..tuning.picture import study_page
    from .outputs import write_page

    write_page(path, research_page(study_page(found, inputs)))


def _leave(interrupted: bool, place: str | None, study: Study) -> None:
    """End as the run ended: 130 after Ctrl-C, 1 where no trial counts."""
    if interrupted:
        how = (
            f"repeat the command with --study {place} to go on" if place else "keep trials with --study FILE next time"
        )
        click.echo(f"interrupted after {len(study.trials)} trials; {how}", err=True)
        raise SystemExit(INTERRUPTED)
    if study.best is None:
        raise SystemExit(FINDINGS)


def _plan(draft: Drafted[Any], inputs: AnyInputs, wishes: Wishes, given: dict[str, Any]) -> Plan:
    """The search that file and flags ask for. Raises InputError."""
    from ..tuning.samplers import Method, check_installed
    from ..tuning.search import Plan
    from ..tuning.space import ranged, space_of

    fixed, params = draft.fixed, inputs.subject.params
    named = ranged(params, given["ranges"])
    names = (*(given["tune"] or wishes.tune), *named)
    twice = [name for name in names if name in fixed]
    if twice:
        raise InputError(f"`{twice[0]}` is both set and tuned", help="leave out --set, or tune something else")
    space = space_of({n: p for n, p in {**params, **named}.items() if n not in fixed}, names)
    goal = _goal(wishes, given)
    grid = space.coarse().size
    usual = Method.GRID if len(goal.targets) == 1 and grid <= 500 and space.coarse() == space else None
    several = Method.NSGA2 if len(goal.targets) > 1 else Method.TPE
    method = Method(given["sampler"]) if given["sampler"] else usual or several
    if len(goal.targets) > 1 and method in (Method.CMAES, Method.GENETIC):
        raise InputError(f"{method.value} searches for one figure", help="use --sampler nsga2 for several")
    check_installed(method)
    trials = given["trials"] or (grid if method is Method.GRID else USUAL_TRIALS)
    if trials > LARGEST_GRID:
        raise InputError(f"a grid of {trials:,} points", help="give --trials, larger steps, or another --sampler")
    if given["prune"] and len(goal.targets) > 1:
        raise InputError("--prune judges one figure", help="leave it out, or search for one figure")
    within = space.coarse() if method is Method.GRID else space
    return Plan(within, goal, method, trials, given["seed"], given["prune"])


def _goal(wishes: Wishes, given: dict[str, Any]) -> Goal:
    from ..tuning.goal import Goal, Target

    texts = list(given["goals"])
    if not texts:
        texts += [f"maximize {wishes.maximize}"] if wishes.maximize else []
        texts += [f"minimize {wishes.minimize}"] if wishes.minimize else []
    targets = tuple(Target.parse(text) for text in texts or ["sharpe"])
    least = given["min_trades"] if given["min_trades"] is not None else wishes.min_trades or 0
    most = given["max_drawdown"] if given["max_drawdown"] is not None else wishes.max_drawdown
    return Goal(targets, least, most)


def _folds(inputs: AnyInputs, wishes: Wishes, slowest: Timeframe, given: dict[str, Any]) -> list[Fold]:
    """The folds that file and flags ask for, none without --walk-forward. Raises InputError."""
    from ..market.timeline import union_times
    from ..tuning.folds import Windows, folds_of

    asked = [name for name in ("train", "test", "anchored", "purge", "embargo") if given[name]]
    if not given["walks"]:
        if asked:
            raise InputError(f"--{asked[0]} is of a walk-forward, and none was asked for", help="add --walk-forward")
        return []
    lengths = {name: _length(given, name, slowest if name in ("train", "test") else None)
               for name in ("train", "test", "purge", "embargo") if given[name] is not None}  # fmt: skip
    train, test = lengths.get("train", wishes.train), lengths.get("test", wishes.test)
    if train is None or test is None:
        raise InputError("walk-forward needs --train and --test", help="or `walk_forward:` in the file's `optimize:`")
    windows = Windows(train, test, given["anchored"], lengths.get("purge", 0), lengths.get("embargo", 0))
    times = union_times([inputs.candles[symbol] for symbol in inputs.symbols])
    start = max(int(times[0]), inputs.start or 0)
    end = int(times[-1]) + inputs.timeframe.ms
    return folds_of(windows, start, min(end, inputs.end or end))


def _length(given: dict[str, Any], name: str, timeframe: Timeframe | None) -> int:
    from ..language.meaning.wishes import length_of

    try:
        return length_of(given[name], timeframe)
    except InputError as error:
        raise InputError(f"--{name}: {error.message}", error.help) from None


class _Searcher:
    """Searches over one part of the candles or another, telling how far it is."""

    def __init__(self, draft: Drafted[Any], plan: Plan, crew: Crew, place: str | None) -> None:
        self.draft, self._plan, self._crew, self._place = draft, plan, crew, place
        self._store: Store | None = None
        self.interrupted = False

    def open(self, stated: dict[str, Any]) -> None:
        """Open the study's store, and find the crew. Raises InputError."""
        from ..tuning.store import Store

        self._crew.open()
        if self._place is not None:
            self._store = Store(self._place, stated)

    def runner(self, inputs: AnyInputs) -> Callable[..., Any]:
        return partial(self._crew.run, self.draft, inputs, self._plan.goal)

    def search(self, name: str, inputs: AnyInputs) -> Study:
        from ..tuning.search import search
        from .search_progress import SearchProgress

        with SearchProgress(self._plan, name) as progress:
            study = search(self._plan, self.runner(inputs), self._store, name, progress.watch, self.draft.fits)
        self.interrupted |= study.interrupted
        return study

    def train(self, fold: Fold, inputs: AnyInputs) -> Study:
        """Search a fold's training stretch."""
        return self.search(f"train {fold.train[0]} {fold.train[1]}", inputs)

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
        self._crew.close()
