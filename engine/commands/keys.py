"""`stratrun keys`: an account's keys into a safe place, and whether they are there; never their values."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import click

from ..brokers.keys import Keys, check_account, find_keys, make_keys, variable
from ..brokers.secret import Secret
from ..diagnostics.diagnostic import InputError
from ..market.venue import Kind
from . import options
from .failures import told

_MOST = 64 << 10


@click.group("keys")
def command() -> None:
    """Keep the keys of accounts: in the system's keyring or in an encrypted file. A strategy never sees them.

    \b
    stratrun keys set main
    stratrun keys check main --venue binance
    """


@command.command("set", epilog="Example: stratrun keys set main")
@click.argument("account")
@click.option("--store", type=click.Choice(["keyring", "file"]), help="Where to; the keyring where there is one.")
@click.option("--with-password", is_flag=True, help="Ask for the keys' password, too (OKX, KuCoin, Bitget).")
@click.option("--stdin", is_flag=True, help="Read the key, the secret and perhaps the password, one a line.")
@options.form
@told
def put(account: str, store: str | None, with_password: bool, stdin: bool, form: str) -> None:
    """Ask for ACCOUNT's key and secret, hidden, and keep them. Never give them as arguments: others could see those."""
    from ..brokers.key_stores import FileStore, KeyringStore, file_password, keys_path

    check_account(account)
    values = _from_stdin() if stdin else _asked(with_password)
    make_keys(account, values, "what was given")
    if store is None:
        store = "keyring" if KeyringStore().usable() else "file"
    if store == "keyring":
        KeyringStore().put(account, values)
        place = "the keyring"
    else:
        FileStore(keys_path(), file_password if stdin else _file_password).put(account, values)
        place = str(keys_path())
    _say(form, {"account": account, "store": store, "place": place}, f"the keys of {account} are in {place}")


@command.command("list", epilog="Example: stratrun keys list")
@options.form
@told
def show(form: str) -> None:
    """List the accounts whose keys are kept, and where. No password is needed."""
    from ..brokers.key_stores import FileStore, KeyringStore, file_password, keys_path

    rows = [
        *({"account": name, "store": "environment"} for name in _in_environment()),
        *({"account": name, "store": "keyring"} for name in KeyringStore().accounts()),
        *({"account": name, "store": "file"} for name in FileStore(keys_path(), file_password).accounts()),
    ]
    text = "\n".join(f"{row['account']:<32}{row['store']}" for row in rows)
    _say(form, rows, text or "no keys are kept; `stratrun keys set ACCOUNT` keeps some")


@command.command("remove", epilog="Example: stratrun keys remove main")
@click.argument("account")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.form
@told
def remove(account: str, yes: bool, form: str) -> None:
    """Forget ACCOUNT's keys wherever they are kept; those in the environment are yours to unset."""
    from ..brokers.key_stores import FileStore, KeyringStore, file_password, keys_path

    check_account(account)
    if not yes and sys.stdin.isatty() and not click.confirm(f"forget the keys of {account}?", err=True):
        raise SystemExit(1)
    places = [
        ("keyring", KeyringStore().remove(account)),
        ("file", FileStore(keys_path(), file_password).remove(account)),
    ]
    gone = [name for name, removed in places if removed]
    if not gone:
        raise InputError(f"no keys are kept for {account}", help="`stratrun keys list` shows the accounts")
    _say(
        form, {"account": account, "removed": gone}, f"the keys of {account} are gone from the {' and the '.join(gone)}"
    )


@command.command("check", epilog="Example: stratrun keys check main --venue binance")
@click.argument("account")
@click.option("--venue", help="Ask this venue, too, what the keys allow. Needs the network.")
@click.option(
    "--market", type=click.Choice(["spot", "perp"]), default="spot", show_default=True,
    help="Which of the venue's markets the keys are for.",
)  # fmt: skip
@click.option("--sandbox", is_flag=True, help="Ask the venue's sandbox.")
@click.option("--endpoint", metavar="URL", help="Ask a venue on this machine instead.")
@options.form
@told
def check(account: str, venue: str | None, market: str, sandbox: bool, endpoint: str | None, form: str) -> None:
    """Say where ACCOUNT's keys are found and, with --venue, what they allow there. Exit code 1: they are not right."""
    from ..brokers.key_stores import stores

    keys = find_keys(account, stores(_file_password))
    data: dict[str, Any] = {"account": account, "source": keys.source, "password": keys.password is not None}
    lines = [f"the keys of {account} are in {keys.source}{', with a password' if keys.password else ''}"]
    wrong = False
    if venue is not None:
        found = asyncio.run(_ask(keys, venue, Kind(market), sandbox, endpoint))
        data |= found
        words = {True: "yes", False: "no", None: "not told"}
        lines += [f"  {name:<10}{words[value]}" for name, value in found.items()]
        if found["withdraw"]:
            lines.append("  warning: these keys can withdraw; make some that cannot")
        wrong = found["read"] is False or found["trade"] is False
    _say(form, data, "\n".join(lines))
    if wrong:
        raise SystemExit(1)


async def _ask(keys: Keys, venue: str, kind: Kind, sandbox: bool, endpoint: str | None) -> dict[str, bool | None]:
    from ..brokers.ccxt_broker import CcxtBroker
    from ..brokers.connect import connect
    from ..brokers.local_session import Endpoint
    from ..brokers.outcome import BrokerError

    local = Endpoint.parse(endpoint) if endpoint is not None else None
    broker = CcxtBroker(connect(venue, kind, keys, endpoint=local, sandbox=sandbox))
    try:
        await broker.open(())
        found = await broker.permissions()
    except BrokerError as error:
        raise InputError(f"{venue} did not answer: {error.words}", help="check the connection and try again") from None
    finally:
        await broker.close()
    return {"read": found.read, "trade": found.trade, "withdraw": found.withdraw}


def _asked(with_password: bool) -> dict[str, str]:
    if not sys.stdin.isatty():
        raise InputError("there is no terminal to ask at", help="give --stdin and a line for each")
    names = ["key", "secret", *(["password"] if with_password else [])]
    return {name: click.prompt(name, hide_input=True, err=True).strip() for name in names}


def _from_stdin() -> dict[str, str]:
    try:
        text = sys.stdin.buffer.read(_MOST + 1).decode()
    except UnicodeDecodeError:
        raise InputError("standard input is not UTF-8") from None
    lines = text.strip().split("\n")
    if len(text) > _MOST or len(lines) not in (2, 3):
        raise InputError(
            "standard input does not hold two or three lines", help="give the key, the secret, the password"
        )
    # A private key of several lines is given with `\n` in the place of its line ends.
    return {
        name: line.strip().replace("\\n", "\n")
        for name, line in zip(("key", "secret", "password"), lines, strict=False)
    }


def _file_password() -> Secret:
    from ..brokers.key_stores import PASSWORD_VARIABLE, file_password, keys_path

    if os.environ.get(PASSWORD_VARIABLE) or not sys.stdin.isatty():
        return file_password()
    new = not keys_path().exists()
    words = f"a password for the {'new ' if new else ''}file of keys"
    return Secret(click.prompt(words, hide_input=True, confirmation_prompt=new, err=True))


def _in_environment() -> list[str]:
    ending = variable("x", "key").removeprefix("STRATRUN_X")
    names = [name for name in os.environ if name.startswith("STRATRUN_") and name.endswith(ending)]
    return sorted(name.removeprefix("STRATRUN_").removesuffix(ending).lower() for name in names)


def _say(form: str, data: Any, text: str) -> None:
    click.echo(json.dumps(data, indent=2) if form == "json" else text)
