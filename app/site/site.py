"""The site as values: who we are, where we pack, and for whom."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.site.roles import Operator


@dataclass(frozen=True, slots=True)
class Place:
    """An address of ours: sender, returns, a warehouse."""

    name: str = ""
    company: str = ""
    street: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    name: str = ""
    eori: str = ""
    vat_no: str = ""
    ioss_no: str = ""
    gs1_prefix: str = ""
    pin_roles: tuple[str, ...] = ()  # whose people can't sign in without a PIN


@dataclass(frozen=True, slots=True)
class Shop:
    """`unpaid_hours`: how long an unpaid order keeps its stock; `label_offline_minutes`: after that new labels wait."""

    code: str
    name: str
    channel: str
    language: str
    currency: str
    country: str
    brand: str = ""
    logo: str = ""
    unpaid_hours: int = 72
    label_offline_minutes: int = 240
    sender: Place = field(default_factory=Place)
    returns: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Warehouse:
    """`cut_off` is local time in `time_zone`; `working_days` are ISO weekday digits; `holidays` a country code."""

    code: str
    name: str
    city: str
    country: str
    time_zone: str
    working_days: str = "12345"
    holidays: str = ""
    cut_off: str = "16:00"
    partner: bool = False
    address: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Station:
    name: str
    warehouse: str
    printer: str = ""
    incarnation: str = ""
    last_seq: int = 0
    last_hash: str = ""
    last_seen: str | None = None
    login: str = ""
    place: str = ""
    facts: int = 0


@dataclass(frozen=True, slots=True)
class Presence:
    """What a bench says of itself. `job` in hand since `since`, `done` of `of` units; `waiting` facts are unsent.

    `printer`: why the label printer takes nothing, as a code. `program`: the schema the bench's program knows.
    """

    station: str
    operator: str = ""
    workflow: str = ""
    job: str = ""
    state: str = ""
    done: int = 0
    of: int = 0
    since: str = ""
    waiting: int = 0
    scans_hour: int = 0
    parcels_today: int = 0
    printer: str = ""
    program: str = ""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Serial references `first`..`last` under `prefix`. Demo ranges were issued by nobody: labels say DEMO."""

    kind: str
    owner: str
    prefix: str
    first: int
    last: int
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """Numbers one station may give out. Never handed out again, used or not."""

    id: str
    kind: str
    owner: str
    prefix: str
    first: int
    last: int
    demo: bool


@dataclass(frozen=True, slots=True)
class Site:
    """A whole site file."""

    company: Company
    shops: tuple[Shop, ...]
    warehouses: tuple[Warehouse, ...]
    stations: tuple[Station, ...]
    operators: tuple[Operator, ...]
    ranges: tuple[NumberRange, ...]
