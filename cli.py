"""The command line: arguments -> one call -> exit code. No logic lives here."""

from __future__ import annotations

if __name__ == "__main__" and not __package__:
    __package__ = "stratrun"

import click

from .engine.commands.group import LazyGroup


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from . import __version__

        click.echo(f"stratrun {__version__}")
        context.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-V", "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version,
    help="Show the version and exit.",
)  # fmt: skip
def main() -> None:
    """Validate, back-test and run trading strategies written as YAML files.

    \b
    Begin:  stratrun new ema_crossover --output my.yaml
            stratrun run my.yaml
    `stratrun COMMAND --help` has an example of each.

    Exit codes: 0 fine, 1 findings (a mistake in a file, a check that failed), 2 could not run,
    130 interrupted.
    """


if __name__ == "__main__":
    main(prog_name="stratrun")
