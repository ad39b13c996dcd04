"""`python -m stratrun` is the command `stratrun`."""

from .cli import main

main(prog_name="stratrun")
