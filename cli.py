"""The command line: arguments -> one call -> exit code. No logic lives here."""

from __future__ import annotations

if __name__ == "__main__" and not __package__:
    __package__ = "stratrun"

import click


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from . import __version__

        click.echo(f"stratrun {__version__}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version,
    help="Show the version and exit.",
)  # fmt: skip
def main() -> None:
    """Validate, back-test and run trading strategies written as YAML files."""


if __name__ == "__main__":
    main(prog_name="stratrun")
