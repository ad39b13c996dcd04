"""The command table: a command's module is imported only when it runs, so that `--help` is instant."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "new": ("new", "Write a strategy from a shipped one."),
    "init": ("init", "Lay out a repository of strategies."),
    "validate": ("validate", "Check strategy files; every mistake at once."),
    "fmt": ("fmt", "Write files in their one canonical form."),
    "convert": ("convert", "Turn a file into YAML, JSON or expression trees."),
    "backtest": ("backtest", "Run a strategy over past candles and report."),
    "compare": ("compare", "Compare runs side by side."),
    "run": ("run", "Trade a strategy on paper, candle by candle."),
    "eval": ("evaluate", "Evaluate expressions over candles as columns."),
    "test": ("test", "Run the tests of strategies."),
    "explain": ("explain", "Tell a strategy, or a diagnostic's code, in plain English."),
    "trace": ("trace", "Show why a strategy did what it did at one candle."),
    "why-not": ("why_not", "Show which conditions kept a strategy from trading."),
    "diff": ("diff", "Show what a change of a strategy does, for review."),
    "graph": ("graph", "Show the graph a strategy compiles to."),
    "indicators": ("indicators", "List indicators, or explain one."),
    "ledger": ("ledger", "Verify, show, back up and archive a ledger."),
    "markets": ("markets", "Fetch and show the markets of venues."),
    "schema": ("schema", "Print the JSON Schema of a kind of document."),
    "migrate": ("migrate", "Rewrite files of older versions."),
    "completion": ("completion", "Print the shell's completion script."),
}
"""Command name -> (module in this folder, one line of help)."""


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f".{COMMANDS[cmd_name][0]}", __package__)
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

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
