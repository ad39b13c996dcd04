"""The catalogue as pages: an index, a page a family, a picture an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from indicator_pictures import picture
from page_parts import plain, table

from stratrun.engine.indicators import CATALOGUE, Indicator, entries
from stratrun.engine.reference.calls import number, signature
from stratrun.engine.reference.examples import snippet
from stratrun.engine.reference.facts import COSTS, aliases_in_words, inputs_in_words, output_in_words, settled_in_words
from stratrun.engine.reference.relatives import relatives
from stratrun.engine.reference.search import by_family
from stratrun.engine.reference.settings import defaults, range_of

PICTURES = "pictures"
BLURB = (
    "Every argument with a default may be left out, and may be given by name: `rsi(length = 7)`. An indicator with "
    "several outputs is read with a dot: `macd(close, 12, 26, 9).hist`. `stratrun indicators NAME` shows the same in "
    "the terminal, with other parameters and over your own candles; [conventions](../explanation/conventions.md) tells "
    "whose definition each follows."
)


def page_of(family: str) -> str:
    return f"indicators-{family.replace(' ', '-')}.md"


def pages() -> dict[str, list[str]]:
    """The parts of each page, by file name."""
    families = by_family(entries())
    found = {"indicators.md": list(_index(families))}
    return found | {page_of(family): list(_family(family, members)) for family, members in families}


def pictures() -> dict[str, str]:
    """The SVG of each entry, by file name."""
    return {f"{PICTURES}/{entry.name}.svg": picture(entry) for entry in entries()}


def _index(families: list[tuple[str, list[Indicator]]]) -> Iterator[str]:
    yield "# Indicators and series functions"
    yield f"{len(entries())} entries in {len(families)} families. {BLURB}"
    for family, members in families:
        yield f"## {family.capitalize()}"
        rows = [
            (f"[`{e.name}`]({page_of(family)}#{e.name})", e.title, ", ".join(f"`{alias}`" for alias in e.aliases))
            for e in members
        ]
        yield table(("name", "what it is", "also called"), rows)


def _family(family: str, members: list[Indicator]) -> Iterator[str]:
    yield f"# {family.capitalize()}"
    yield f"{BLURB} All families: [indicators](indicators.md)."
    yield (
        "*Known after* counts the candles that pass before the first value, with the default parameters. *Settled "
        "after* is how much history makes the start of the data weigh less than a millionth. The pictures show the "
        "defaults over made-up sample candles."
    )
    for entry in members:
        yield from _entry(entry)


def _entry(entry: Indicator) -> Iterator[str]:
    values = defaults(entry)
    yield f"## {entry.name}"
    yield f"{entry.title}: `{signature(entry)}`"
    yield f"![{entry.name} over sample candles]({PICTURES}/{entry.name}.svg)"
    if entry.parameters:
        rows = [
            (f"`{p.name}`", range_of(p), "required" if p.default is None else number(p.default), plain(p.doc))
            for p in entry.parameters
        ]
        yield table(("parameter", "values", "default", "meaning"), rows)
    outputs = zip(entry.outputs, entry.first(values), strict=True)
    yield table(("output", "kind", "known after"), [(f"`{o.name}`", output_in_words(o), str(n)) for o, n in outputs])
    yield "\n".join(f"- {name}: {words}" for name, words in _facts(entry).items())
    yield f"```yaml\n{snippet(entry, values)}\n```"


def _facts(entry: Indicator) -> Mapping[str, str]:
    found = {"Also called": f"`{aliases_in_words(entry)}`"} if entry.aliases else {}
    found |= {
        "Reads": inputs_in_words(entry),
        "Formula": plain(entry.formula),
        "Convention": plain(entry.convention),
        "Settled after": settled_in_words(entry, defaults(entry)),
        "Cost": f"{entry.cost.value}: {COSTS[entry.cost]}",
        "Source": plain(entry.source),
    }
    near = [f"[`{name}`]({page_of(CATALOGUE[name].family)}#{name})" for name in relatives(entry)]
    return found | ({"See also": ", ".join(near)} if near else {})


def alike(left: str, right: str) -> bool:
    """Whether two pictures differ by no more than what rounding may do on another machine."""
    numbers = [[float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", text)] for text in (left, right)]
    words = [re.sub(r"-?\d+(?:\.\d+)?", "#", text) for text in (left, right)]
    return words[0] == words[1] and all(abs(a - b) <= 2 for a, b in zip(*numbers, strict=True))


def strangers(folder: Path) -> list[Path]:
    """Pages and pictures of entries and families that are no more."""
    wanted = {folder / "indicators.md"} | {folder / page_of(entry.family) for entry in entries()}
    wanted |= {folder / PICTURES / f"{entry.name}.svg" for entry in entries()}
    return sorted({*folder.glob("indicators*.md"), *folder.glob(f"{PICTURES}/*.svg")} - wanted)
