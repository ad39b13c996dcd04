"""The command table: a command's module is imported only when it runs, so that `--help` is instant."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from itertools import pairwise
from typing import Any

import click

SECTIONS = {
    "Write and keep": {
        "new": ("new", "Write a strategy from a shipped one."),
        "init": ("init", "Lay out a repository of strategies."),
        "validate": ("validate", "Check strategy files; every mistake at once."),
        "fmt": ("fmt", "Write files in their one canonical form."),
        "convert": ("convert", "Turn a file into YAML, JSON or expression trees."),
        "migrate": ("migrate", "Rewrite files of older versions."),
        "schema": ("schema", "Print the JSON Schema of a kind of document."),
        "test": ("test", "Run the tests of strategies."),
    },
    "Understand and review": {
        "explain": ("explain", "Tell a strategy, or a diagnostic's code, in plain English."),
        "trace": ("trace", "Show why a strategy did what it did at one candle."),
        "why-not": ("why_not", "Show which conditions kept a strategy from trading."),
        "diff": ("diff", "Show what a change of a strategy does, for review."),
        "graph": ("graph", "Show the graph a strategy compiles to."),
        "indicators": ("indicators", "List indicators, or explain one."),
        "eval": ("evaluate", "Evaluate expressions over candles as columns."),
    },
    "Try": {
        "data": ("data", "Keep candles in a store: download, import, verify."),
        "backtest": ("backtest", "Run a strategy over past candles and report."),
        "compare": ("compare", "Compare runs side by side."),
        "optimize": ("optimize", "Search a strategy's parameters, and tell whether it is luck."),
        "montecarlo": ("montecarlo", "Draw a back-test's past again: how else could it have gone?"),
        "luck": ("luck", "Judge whether the best of many tries is luck."),
    },
    "Trade": {
        "run": ("run", "Trade a strategy on paper, or a deployment live."),
        "rehearse": ("rehearse", "Rehearse live trading at an exchange that misbehaves."),
        "exchange": ("exchange", "Serve a simulated exchange to try a deployment against."),
        "preflight": ("preflight", "Check whether a deployment could trade live now."),
        "keys": ("keys", "Keep the keys of accounts."),
        "venues": ("venues", "Show what venues can do."),
        "markets": ("markets", "Fetch and show the markets of venues."),
    },
    "Watch and control a session": {
        "status": ("control_look:status", "Tell what a running session does."),
        "orders": ("control_look:orders", "List a session's open orders."),
        "positions": ("control_look:positions", "List a session's open positions."),
        "pause": ("control_states:pause", "Send no more entries."),
        "halt": ("control_states:halt", "Send nothing but cancels and exits."),
        "resume": ("control_states:resume", "Take a pause, a halt or a kill back."),
        "flatten": ("control_states:flatten", "Close every position."),
        "close": ("control_orders:close", "Close the position in a symbol."),
        "cancel": ("control_orders:cancel", "Cancel orders."),
        "trade": ("control_orders:trade", "Send one order by hand."),
        "kill": ("kill", "Stop trading at the venue, without the session."),
    },
    "Look back at a session": {
        "ledger": ("ledger", "Verify, show, back up and archive a ledger."),
        "replay": ("replay", "Decide a recorded session again and compare."),
        "parity": ("parity", "Set a session beside a back-test, trade by trade."),
    },
    "The shell": {
        "completion": ("completion", "Print the shell's completion script."),
    },
}
"""Heading of the help -> command name -> (module in this folder, or MODULE:COMMAND; one line of help)."""

COMMANDS = {name: row for rows in SECTIONS.values() for name, row in rows.items()}


_WANTS_JSON = "stratrun.json"


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """As click does it; an output that takes nothing more (a full disk) is one line and exit code 2."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            from .failures import COULD_NOT_RUN, silence

            with suppress(OSError):
                click.echo(f"Error: cannot write the output: {error.strerror or error}", err=True)
            silence()
            raise SystemExit(COULD_NOT_RUN) from None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_WANTS_JSON] = "--format=json" in args or ("--format", "json") in pairwise(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it does not tell by itself ends in one message and an exit code, too."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, OSError):
            raise
        except (Exception, KeyboardInterrupt) as error:
            from .failures import untold

            untold(error, "json" if ctx.meta[_WANTS_JSON] else "text")

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f".{name}", __package__), attribute or "command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(len(name) for name in COMMANDS)
        for heading, rows in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(widest), words) for name, (_, words) in rows.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from difflib import get_close_matches

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], COMMANDS, 1) if args else []
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", ctx) from None
