"""`models:` in a document: what it means, what is refused, and what it is called does not matter."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from stratrun.engine.diagnostics.diagnostic import DocumentError
from stratrun.engine.language.document import load, loads, validate_bytes
from stratrun.engine.language.identity import meaning_hash
from stratrun.engine.learning.estimators import ESTIMATORS
from stratrun.engine.learning.model_file import MOST_BYTES, hash_of
from stratrun.engine.learning.ready import READY
from stratrun.engine.learning.spec import Aim, Training
from stratrun.schemas.models import Model as Declared
from stratrun.schemas.models import Ready

MODEL = """\
    estimator: gradient_boosting
    settings: {max_depth: 2}
    features:
      mom: roc(close, 10)
      slow: 4h.rsi(close, 14)
    ready: [returns_5]
    target: {rises: 1%, horizon: 12 candles}
    train: {window: 600 candles, every: 100 candles}
    seed: 7
"""


def document(model: str = MODEL, enter: str = "up.probability > 60%", more: str = "") -> str:
    return f"""\
stratrun: 2
name: Learns
symbols: [BTC/USDT]
timeframe: 1h
{more}models:
  up:
{model}long:
  enter: {enter}
  exit: {{stop: 3%}}
size: {{risk: 1%}}
"""


def codes(text: str) -> list[str]:
    return [d.code for d in validate_bytes(text.encode(), "a.yaml")]


def test_a_model_means_what_it_says() -> None:
    """Settings, target and training with their defaults; the features in order, ready ones last."""
    assert codes(document()) == []
    (model,) = loads(document()).models.values()
    assert model.spec.target is not None
    assert (model.spec.target.aim, model.spec.target.up, model.spec.target.horizon) == (Aim.RISES, 0.01, 12)
    assert model.spec.training == Training(600, 100, 12, 300)
    assert dict(model.spec.settings) == {
        "learning_rate": 0.1, "max_depth": 2, "min_rows": 20, "row_share": 1.0, "trees": 100,
    }  # fmt: skip
    assert model.told.features == ("mom", "slow", "returns_5")
    assert (model.spec.seed, set(model.outputs)) == (7, {"value", "probability", "confidence"})


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("gradient_boosting", "neural_net", "SR104"),
        ("max_depth: 2", "n_estimators: 20", "SR470"),
        ("max_depth: 2", "max_depth: 2.5", "SR471"),
        ("max_depth: 2", "max_depth: 99", "SR471"),
        ("roc(close, 10)", "2 * 3", "SR472"),
        ("roc(close, 10)", "close > open", "SR213"),
        ("roc(close, 10)", "close[-1]", "SR301"),
        ("roc(close, 10)", "lag(close, -3)", "SR217"),
        ("roc(close, 10)", "position.profit", "SR220"),
        ("roc(close, 10)", "up.probability", "SR208"),
        ("roc(close, 10)", "clse", "SR208"),
        ("mom: ", "returns_5: ", "SR472"),
        ("[returns_5]", "[returns_4]", "SR104"),
        ("rises: 1%", "rises: 0%", "SR225"),
        ("rises: 1%", "falls: 100%", "SR473"),
        ("rises: 1%", "rises: 1", "SR102"),
        ("12 candles", "12h", "SR414"),
        ("12 candles", "6000 candles", "SR473"),
        ("600 candles", "30 candles", "SR473"),
        ("every: 100 candles", "every: 100 candles, min: 700 candles", "SR473"),
        ("every: 100 candles", "every: 100 candles, purge: 11 candles", "SR474"),
        ("rises: 1%, ", "", "SR108"),
        ("rises: 1%", "rises: 1%, falls: 1%", "SR107"),
        ("    target: {rises: 1%, horizon: 12 candles}\n", "", "SR103"),
        ("seed: 7", "seed: -1", "SR106"),
        ("roc(close, 10)", "ema(close, 50)", "SR477"),
        ("roc(close, 10)", "volume", "SR477"),
    ],
)
def test_a_mistake_is_told(old: str, new: str, code: str) -> None:
    """Each with its own code, and none hidden."""
    assert old in MODEL
    assert codes(document(MODEL.replace(old, new))) == [code]


@pytest.mark.parametrize("written", ["0 candles", "1.5 candles", "3%", "99999999 candles", "12h"])
def test_a_remedy_mends(written: str) -> None:
    """What a model counts in candles is never helped by a time, which would be the next mistake."""
    (found,) = validate_bytes(document(MODEL.replace("12 candles", written)).encode(), "a.yaml")
    assert found.help == "write such as `12 candles`"


@pytest.mark.parametrize(
    ("enter", "code"),
    [
        ("up > 0.6", "SR219"),
        ("up.chance > 0.6", "SR219"),
        ("4h.up.probability > 0.6", "SR305"),
        ("up(3) > 0.6", "SR223"),
        ("up.probability > close", "SR212"),
        ("up.probability > 1.2", "SR404"),
        ("up.confidence >= 0", "SR419"),
    ],
)
def test_a_rule_speaks_of_a_model_rightly(enter: str, code: str) -> None:
    """Outputs, prefixes and bounds of a model are those of any series."""
    assert codes(document(enter=enter)) == [code]


def test_a_model_of_returns_has_no_probability() -> None:
    """Its outputs are named instead."""
    model = MODEL.replace("rises: 1%", "predict: return")
    assert codes(document(model, "up.value > 1%")) == []
    (found,) = validate_bytes(document(model).encode(), "a.yaml")
    assert (found.code, found.help) == ("SR219", "its outputs are value, confidence")


def test_a_model_stands_on_definitions_but_not_on_models() -> None:
    """A feature may use a definition; one that leads back to a model is refused where it does."""
    more = "indicators:\n  pull: close / ema(close, 50)\n  sure: up.probability\n"
    assert codes(document(MODEL.replace("roc(close, 10)", "pull"), "sure > 60%", more)) == []
    found = validate_bytes(document(MODEL.replace("roc(close, 10)", "sure"), "sure > 60%", more).encode(), "a.yaml")
    assert [(d.code, d.span and d.span.line) for d in found] == [("SR208", 7)]
    assert "features are made of candles" in found[0].message


def test_names_are_one_namespace() -> None:
    """A model may not be called what something else is, nor what the language says; unused ones are told."""
    assert codes(document(more="indicators:\n  up: close\n")) == ["SR405"]
    assert codes(document(enter="close > open")) == ["SR417"]


def test_what_a_model_is_called_does_not_matter() -> None:
    """Names of models and features leave the hash as it is; every value that decides changes it."""
    same = document(MODEL.replace("mom:", "speed:")).replace("  up:", "  rise:").replace("up.prob", "rise.prob")
    first = meaning_hash(loads(document()))
    assert meaning_hash(loads(same)) == first
    changed = [
        ("gradient_boosting", "random_forest"), ("max_depth: 2", "max_depth: 3"), ("10)", "11)"),
        ("seed: 7", "seed: 8"), ("rises: 1%", "rises: 2%"), ("12 candles", "13 candles"),
        ("600 ", "700 "), ("100 c", "101 c"), ("returns_5", "returns_1"),
    ]  # fmt: skip
    hashes = {meaning_hash(loads(document(MODEL.replace(*pair)))) for pair in changed}
    assert len(hashes | {first}) == len(changed) + 1


def test_a_file_made_elsewhere_is_held_to_its_hash(tmp_path: Path) -> None:
    """Found from the strategy's folder, refused where its bytes are others; it takes no training."""
    (tmp_path / "model.onnx").write_bytes(b"a model")
    path = tmp_path / "a.yaml"
    onnx = "    onnx: {file: ./model.onnx, sha256: %s, gives: probability}\n    ready: [rsi_14]\n"
    path.write_text(document(onnx % hash_of(b"a model")))
    assert load(path).models["up"].told.place == str(tmp_path / "model.onnx")
    path.write_text(document(onnx % ("f" * 64)))
    with pytest.raises(DocumentError) as told:
        load(path)
    assert {d.code for d in told.value.diagnostics} == {"SR476"}
    (tmp_path / "model.onnx").unlink()
    with pytest.raises(DocumentError) as told:
        load(path)
    assert [d.code for d in told.value.diagnostics] == ["SR476"]
    with (tmp_path / "model.onnx").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(DocumentError) as told:
        load(path)
    assert [(d.code, d.help) for d in told.value.diagnostics] == [("SR476", "write a smaller model")]


def test_too_many_are_refused() -> None:
    """Models and features are bounded."""
    features = "\n".join(f"      f{k}: close / close[{k + 1}] - 1" for k in range(65))
    assert codes(document(MODEL.replace("      mom: roc(close, 10)", features))) == ["SR475"]
    many = document().replace("long:", "".join(f"  m{k}:\n{MODEL}" for k in range(16)) + "long:")
    assert "SR475" in codes(many)


def test_the_schema_names_what_there_is() -> None:
    """Estimators and ready features of the published schema are the engine's."""
    literal = next(a for a in get_args(Declared.model_fields["estimator"].annotation) if get_args(a))
    assert list(get_args(literal)) == list(ESTIMATORS)
    assert list(get_args(Ready)) == list(READY)
    assert len(READY) >= 20


def test_every_ready_feature_is_an_expression_free_of_the_price_level() -> None:
    """All of them together are sound, with no warning that one drifts."""
    model = MODEL.replace("[returns_5]", f"[{', '.join(READY)}]")
    assert codes(document(model)) == []
    assert len(loads(document(model)).models["up"].features) == len(READY) + 2
