"""A trace in words."""

from __future__ import annotations

from collections.abc import Mapping

from app.base.money import Money
from app.base.wording import known, word
from app.planning.planned import TraceLine


def said(line: TraceLine, language: str) -> str:
    """One line of a trace as a sentence, with the mark of what is to be verified."""
    currency = str(line.inputs.get("currency") or "")
    carrier_currency = str(line.inputs.get("price_currency") or currency)
    values: dict[str, object] = {}
    for key, value in line.inputs.items():
        money = (
            carrier_currency if key == "price_minor" else currency if key.endswith("minor") or key == "scores" else ""
        )
        values[key] = _plain(value, money)
    if known(f"customs.basis.{line.inputs.get('basis')}"):
        values["basis"] = word(f"customs.basis.{line.inputs['basis']}", language)
    text = word(
        "planning.says",
        language,
        stage=word(f"planning.stage.{line.stage}", language),
        reason=word(f"planning.reason.{line.reason}", language, **values),
        rule=line.rule,
    )
    return f"{text}, {word('planning.verify', language)}" if line.inputs.get("verify") is True else text


def _plain(value: object, currency: str) -> object:
    """Lists and tables as a person writes them, minor units as money."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(inner, currency)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(str(_plain(inner, currency)) for inner in value)
    return str(Money(value, currency)) if currency and isinstance(value, int) else value
