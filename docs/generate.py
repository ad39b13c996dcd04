"""Writes docs/reference/ from the program itself: `python docs/generate.py [--check]` with stratrun installed.

Commands come from click, diagnostics and decisions from their registries, indicators from the catalogue and the
strategy file from its published schema. `--check` writes nothing and fails when a page is not what it would write.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import indicator_pages
from page_parts import table

from stratrun.cli import main
from stratrun.engine.brokers.capabilities import reference_page
from stratrun.engine.diagnostics.codes import CODES
from stratrun.engine.explaining.alert_words import ALERTS
from stratrun.engine.explaining.outcome_words import EXIT_MENDS, EXITS, MENDS
from stratrun.engine.trading.codes import EXPLANATIONS, LIVE_ONLY, Decision
from stratrun.engine.trading.trades import ExitReason

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by docs/generate.py: edit the program, then run it again. -->"

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "new": (
        "--list",
        "ema_crossover --name 'My first' --symbols ETH/USDT --timeframe 4h --set fast=8 --output my.yaml",
    ),
    "init": ("strategies-of-mine",),
    "validate": ("strategies examples", "strategies/supertrend.yaml --format json"),
    "fmt": ("strategies examples", "--check --diff strategies"),
    "convert": ("strategies/supertrend.yaml --to ast", "strategies/supertrend.yaml --to json --output supertrend.json"),
    "backtest": (
        "strategies/ema_crossover.yaml --candles BTCUSDT-1h.parquet --from 2024-01-01 --fee 0.05% --slippage 2bps",
        "strategies/relative_strength.yaml --candles candles/ --capital 50000 --trades trades.csv --equity equity.csv",
        "strategies/ema_crossover.yaml --candles BTC/USDT=prices.csv --set fast=12 --format json",
    ),
    "compare": (
        "runs/january runs/february",
        "strategies/ema_crossover.yaml strategies/macd_trend.yaml --candles BTCUSDT-1h.parquet --format markdown",
    ),
    "optimize": (
        "strategies/ema_crossover.yaml --candles BTCUSDT-1h.parquet --trials 200 --study crossover.db --out tuned.yaml",
        "strategies/ema_crossover.yaml --candles BTCUSDT-1h.parquet --walk-forward --train 365d --test 90d",
        "shares.yaml --candles BTCUSDT-1h.parquet --range trend.fast=12:36:12",
    ),
    "montecarlo": ("strategies/ema_crossover.yaml --candles BTCUSDT-1h.parquet --method entries --runs 100 --seed 7",),
    "luck": ("returns.csv --chosen fast_12 --tries 200", "runs/fast runs/slow"),
    "run": (
        "examples/quickstart/strategy.yaml",
        "examples/portfolio/strategy.yaml --count 3000 --fee 0.05%",
        "strategies/ema_crossover.yaml --candles BTCUSDT-1h.csv",
        "examples/deployment/deployment.yaml --live",
    ),
    "preflight": ("examples/deployment/deployment.yaml --format json",),
    "rehearse": (
        "strategies/session_momentum.yaml --count 300 --faults heavy --seed 7",
        "examples/deployment/deployment.yaml --faults 'submit 3 after_accept error -1006'",
    ),
    "exchange": (
        "binance --symbols BTC/USDT=60000,ETH/USDT=3000 --seed 7",
        "okx --market perp --faults 'submit 3 after_accept error -1006' --port 0 --format json",
    ),
    "replay": ("ledger.db --deployment examples/deployment/deployment.yaml",),
    "parity": ("ledger.db --deployment examples/deployment/deployment.yaml",),
    "eval": (
        "'rsi(close, 14)' 'close > 4h.ema(close, 50)' --candles BTCUSDT-1h.csv",
        "uptrend --strategy strategies/rsi_mean_reversion.yaml --candles BTCUSDT-1h.csv --out uptrend.csv",
    ),
    "test": ("examples/quickstart", "strategies examples -k dip --fail-fast", "--format junit --output tests.xml"),
    "explain": ("strategies/dip_ladder.yaml", "SR404", "FUNDS", "examples/learning/strategy.yaml"),
    "trace": ("strategies/ema_crossover.yaml --candles BTCUSDT-1h.parquet --at 2024-01-31T12:00",),
    "why-not": ("strategies/ema_crossover.yaml --candles BTCUSDT-1h.parquet --from 2024-01-01",),
    "diff": (
        "HEAD:strategies/ema_crossover.yaml strategies/ema_crossover.yaml",
        "before.yaml after.yaml --candles BTCUSDT-1h.parquet --format markdown --fail-on behaviour",
    ),
    "graph": ("examples/quickstart/strategy.yaml", "strategies/relative_strength.yaml --format mermaid"),
    "indicators": (
        "",
        "rsi --set length=7 --candles BTCUSDT-1h.csv",
        "moving average",
        "--family volume --format json",
    ),
    "data": ("download binance BTC/USDT --timeframe 1h --from 2023-01-01", "list", "verify --strict"),
    "venues": ("", "kraken --format json"),
    "keys": ("list", "check main --venue binance"),
    "status": ("--deployment examples/deployment/deployment.yaml",),
    "orders": ("--format json",),
    "positions": ("--ledger ledger.db",),
    "pause": ("--symbol BTC/USDT --why news",),
    "halt": ("--why 'fills look wrong'",),
    "resume": ("--why checked --yes",),
    "flatten": ("--why over --yes",),
    "cancel": ("--entries",),
    "close": ("BTC/USDT --why enough --yes",),
    "trade": ("BTC/USDT buy 0.01 --limit 58000 --why hedge --yes",),
    "kill": ("--deployment examples/deployment/deployment.yaml --yes",),
    "ledger": ("verify --ledger paper.db", "tail --ledger paper.db --format json"),
    "markets": ("update binance", "list binance"),
    "schema": ("--output strategy.schema.json", "test", "--list"),
    "migrate": ("strategies --diff", "strategies --write", "strategies --check --format json"),
    "completion": ("bash",),
}
"""Arguments that show a command at work; the tests read them with the command's own parser."""

GROUPS = {
    "SR0": "YAML",
    "SR1": "Keys and values",
    "SR2": "Expressions",
    "SR3": "Time",
    "SR4": "Meaning",
    "SR5": "Venues",
    "SR6": "Other inputs",
    "SR7": "Tests, portfolios and deployments",
    "SR8": "Migration",
    "SR9": "Deprecations",
}


def commands() -> Iterator[str]:
    """Every command with its arguments and options, from its own help."""
    yield "# Commands"
    yield "`stratrun COMMAND --help` says the same in the terminal. `python -m stratrun` is `stratrun`."
    yield (
        "Exit codes: **0** fine, **1** findings in a strategy file, **2** could not run (bad arguments, unreadable or "
        "unusable input), **130** interrupted. `run` ends with its summary and 0 when it is interrupted."
    )
    yield (
        "Results, and what `validate` finds, go to standard output; progress and other mistakes to standard error. "
        "With `--format json` standard output is one JSON document, mistakes included."
    )
    root = click.Context(main, info_name="stratrun", **main.context_settings)
    for name in main.list_commands(root):
        command = main.get_command(root, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=root)
        yield from _command(f"## {name}", command, context)
        yield "\n".join(["```", *(f"stratrun {name} {words}".rstrip() for words in EXAMPLES[name]), "```"])
        yield from _options(command, context)
        for word in command.list_commands(context) if isinstance(command, click.Group) else ():
            inner = command.get_command(context, word)
            assert inner is not None
            within = click.Context(inner, info_name=word, parent=context)
            yield from _command(f"### {name} {word}", inner, within)
            yield from _options(inner, within)


def _command(heading: str, command: click.Command, context: click.Context) -> Iterator[str]:
    yield heading
    yield f"```\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```"
    yield from (" ".join(part.split()) for part in (command.help or "").replace("\b", "").split("\n\n"))
    if command.epilog:
        yield "\n".join(f"- {line.strip()}" for line in command.epilog.split("  "))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    rows = [_option(o, context) for o in command.get_params(context) if isinstance(o, click.Option)]
    yield table(("option", "meaning"), rows)


def _option(option: click.Option, context: click.Context) -> tuple[str, str]:
    names = ", ".join(f"`{name}`" for name in option.opts)
    metavar = "" if option.is_flag else f" `{option.make_metavar(context)}`"
    value = f"{option.default:g}" if isinstance(option.default, float) else option.default
    default = f" Default: `{value}`." if option.show_default and value is not None else ""
    return names + metavar, (option.help or "") + default


def diagnostics() -> Iterator[str]:
    """Every code with what it means, a wrong and a right example."""
    yield "# Diagnostics"
    yield (
        "What `stratrun validate` and the other commands can find wrong with a file. A code never changes its meaning. "
        "The examples are the smallest pieces that show the mistake."
    )
    rows = [(f"[{code.code}](#{code.code.lower()})", code.title) for code in CODES.values()]
    yield table(("code", "title"), rows)
    for start, members in groupby(CODES.values(), key=lambda code: code.code[:3]):
        yield f"## {GROUPS[start]} ({start}xx)"
        for code in members:
            yield f"### {code.code}"
            yield f"**{code.title}.** {code.explanation}"
            yield _example("Wrong", code.wrong)
            yield _example("Right", code.right)


def _example(word: str, text: str) -> str:
    if not text.replace("\n", "").replace("\t", "").isprintable():
        text = text.encode("unicode_escape").decode()
    return f"{word}:\n\n```yaml\n{text.rstrip()}\n```"


def decisions() -> Iterator[str]:
    """What becomes of a signal, why a position ends, and what an operator is told."""
    yield "# Decisions, exit reasons and alerts"
    yield "`stratrun explain CODE` says the same in the terminal."
    yield "## Decisions"
    yield (
        "What becomes of an entry rule at a close where it fires or is unknown, and of its order at the fill. Reports "
        "count whatever did not become an order under *Signals refused*. A refused signal is spent: with `fire: once` "
        "it does not fire again before the rule has been false."
    )
    for title, live in (("A back-test, paper and live meet:", False), ("Only a live account meets:", True)):
        codes = [code for code in Decision if (code in LIVE_ONLY) is live]
        yield title
        yield table(
            ("code", "meaning", "what to do"), [(f"`{code.name}`", EXPLANATIONS[code], MENDS[code]) for code in codes]
        )
    yield "## Exit reasons"
    yield "The `exit_reason` of a trade, in files and reports."
    rows = [(f"`{reason.name.lower()}`", EXITS[reason], EXIT_MENDS.get(reason, "nothing")) for reason in ExitReason]
    yield table(("reason", "meaning", "what to do"), rows)
    yield "## Alerts"
    yield "What a live session tells its operator, and a rehearsal counts under *told*."
    yield table(("code", "meaning", "what to do"), [(f"`{code}`", *words) for code, words in ALERTS.items()])


KINDS = {
    "strategy": "The strategy file, format 2",
    "test": "The test file, format 2",
    "portfolio": "The portfolio file, format 2",
    "deployment": "The deployment file, format 2",
}


def kind_file(kind: str) -> Iterator[str]:
    """Every key of a kind of file."""
    schema = json.loads((ROOT / "schemas" / "2" / f"{kind}.json").read_text("utf-8"))
    yield f"# {KINDS[kind]}"
    yield (
        f"YAML 1.2 or JSON. The format is a draft until 1.0. `stratrun schema {kind}` prints the schema; an editor "
        "with a YAML language server reads it when the first line is `# yaml-language-server: $schema=PATH`. "
        "`stratrun validate` is the authority: it also reads every expression, its names and its units."
    )
    required = set(schema["required"])
    yield table(
        ("key", "type", "meaning"),
        [(f"[`{key}`](#{key})" + (" (required)" if key in required else ""), _type(part), _meaning(part))
         for key, part in schema["properties"].items()],
    )  # fmt: skip
    for key, part in schema["properties"].items():
        yield f"## {key}"
        yield f"{_meaning(part)} Type: {_type(part)}." + (" Required." if key in required else "")
        for value in part.get("examples", ())[:1]:
            yield f"```yaml\n{key}: {_flow(value)}\n```"
        if key == "short" and kind == "strategy":
            yield "The keys are those of [`long`](#long)."
            continue
        rows = list(_rows(key, part))
        if rows:
            yield table(("key", "type", "meaning", "example"), rows)


def _rows(path: str, part: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """The keys inside `part`, at any depth, except those of a condition, which are the same everywhere."""
    free = part.get("additionalProperties")
    if isinstance(free, Mapping):
        yield from _rows(f"{path}.NAME", free)
    items = part.get("items")
    if isinstance(items, Mapping) and not _is_condition(part):
        yield from _rows(f"{path}[]", items)
    needed = set(part.get("required", ()))
    for key, inner in part.get("properties", {}).items():
        if key in ("all", "any") and _is_condition(part):
            continue
        name = f"{path}.{key}"
        examples = inner.get("examples", ())
        shown = f"`{key}: {_flow(examples[0])}`" if examples else ""
        yield f"`{name}`" + (" (required)" if key in needed else ""), _type(inner), _meaning(inner), shown
        yield from _rows(name, inner)


def _meaning(part: Mapping[str, Any]) -> str:
    return str(part.get("description", ""))


def _type(part: Mapping[str, Any]) -> str:
    if "enum" in part:
        return " or ".join(f"`{value}`" for value in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    kinds = part.get("type", "value")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if _is_condition(part):
        return "condition: an expression, a list (all of it), `all:` or `any:`"
    words = {"object": "mapping", "array": "list", "string": part.get("title", "text"), "boolean": "`true` or `false`"}
    if "array" in kinds and isinstance(part.get("items"), Mapping) and "array" not in _kinds(part["items"]):
        words["array"] = f"list of {_type(part['items'])}"
    named = [words.get(kind, kind) for kind in kinds]
    return " or ".join(dict.fromkeys(named)) + _limits(part)


def _is_condition(part: Mapping[str, Any]) -> bool:
    """Whether it may be one expression or conditions in a list, in lists, in groups."""
    items = part.get("items")
    return (
        isinstance(items, Mapping)
        and ("$ref" in items or items.get("title") == "expression")
        and (part.get("title") == "expression")
    )


def _kinds(part: Mapping[str, Any]) -> list[str]:
    kinds = part.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _limits(part: Mapping[str, Any]) -> str:
    low, high = part.get("minimum"), part.get("maximum")
    if low is None or high is None or high >= 1e15:
        return ""
    return f", {low:g} to {high:g}"


def _flow(value: Any) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if isinstance(value, str):
        return json.dumps(value) if any(sign in value for sign in ",[]{}#:") else value
    return json.dumps(value)


PAGES: Mapping[str, Callable[[], Iterator[str]]] = {
    "commands.md": commands,
    "diagnostics.md": diagnostics,
    "decisions.md": decisions,
    **{f"{kind}-file.md": partial(kind_file, kind) for kind in KINDS},
    "venues.md": lambda: iter([reference_page()]),
}


def pages() -> dict[Path, str]:
    """Every page as it ought to be."""
    parts = {name: list(page()) for name, page in PAGES.items()} | indicator_pages.pages()
    return {REFERENCE / name: "\n\n".join([NOTE, *page]) + "\n" for name, page in parts.items()}


def pictures() -> dict[Path, str]:
    """Every picture as it ought to be, up to what rounding does on another machine."""
    return {REFERENCE / name: text for name, text in indicator_pages.pictures().items()}


def stale() -> list[Path]:
    """Pages and pictures that are missing, differ or belong to nothing."""
    old = [path for path, text in pages().items() if _held(path) != text]
    old += [path for path, text in pictures().items() if not indicator_pages.alike(_held(path), text)]
    return old + indicator_pages.strangers(REFERENCE)


def _held(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def run(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        old = [path.relative_to(ROOT).as_posix() for path in stale()]
        print(*(f"{path} is out of date: run docs/generate.py" for path in old), sep="\n", end="\n" if old else "")
        return int(bool(old))
    if arguments:
        print("usage: python docs/generate.py [--check]", file=sys.stderr)
        return 2
    for path, text in (pages() | pictures()).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    for path in indicator_pages.strangers(REFERENCE):
        path.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
