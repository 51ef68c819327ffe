"""Where a Shopify order came from, and from when on its goods may be sent."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from app.base.errors import BadInput
from app.channels.node import Node, told
from app.channels.reading import clean, moment

_LONGEST = 100


def came_from(order: Node) -> tuple[str, str, str]:
    """(source, medium, campaign): the landing page's utm_*, else the referring site, else the sales channel."""
    # Cleaned again: what the address had escaped is plain now.
    stated = {name: clean(values[0][:_LONGEST], name) for name, values in _query(order.text("landing_site")).items()}
    source, medium = stated.get("utm_source", ""), stated.get("utm_medium", "")
    campaign = stated.get("utm_campaign", "")
    if source or medium or campaign:
        return source, medium, campaign
    if host := _host(order.text("referring_site")):
        return host[:_LONGEST], "referral", ""
    return order.text("source_name")[:_LONGEST], "", ""


def _query(url: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(url).query, max_num_fields=50)
    except ValueError:  # not an address, or a hundred fields: nothing to learn from it
        return {}


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def sold_from(order: Node) -> str | None:
    """The latest time that a line's property `available_from`, or the order's tag or attribute, names.

    A presale goes when all of it is there; a line that may go earlier waits for the others.
    """
    said = [(p, _time(p)) for p in order.nodes("note_attributes") if _is_date(p)]
    for line in order.nodes("line_items"):
        said += [(p, _time(p)) for p in line.nodes("properties") if _is_date(p)]
    for tag in order.text("tags").split(","):
        name, _, value = tag.strip().partition(":")
        if name.strip().casefold() == "available_from":
            said.append((order, value.strip()))
    times = []
    for node, text in said:
        try:
            times.append(moment(text, "UTC", "available_from"))
        except BadInput as error:
            raise node.wrong("available_from", error.reason) from None
    return max(times, default=None)


def _is_date(node: Node) -> bool:
    name = node.value.get("name")
    return isinstance(name, str) and name.strip().casefold().replace(" ", "_").lstrip("_") == "available_from"


def _time(node: Node) -> str:
    stated = node.value.get("value")
    return stated if isinstance(stated, str) else told(stated)
