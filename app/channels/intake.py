"""Orders come in: each whole or not at all, each once, the newer word of its shop above the older."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from app.base.clock import stamp
from app.base.errors import BadInput, NotFound
from app.base.ids import order_id, uuid7
from app.base.paths import RESOURCES
from app.cases.case import NewCase
from app.cases.open import open_cases
from app.channels import csv, shopify, woocommerce
from app.channels.csv_map import read_map
from app.channels.reading import Read, Refusal, Skipped
from app.channels.report import Report
from app.channels.revise import revise
from app.channels.skus import Skus
from app.db import Database, Tx
from app.db.feed import announce
from app.orders.arrivals import store
from app.orders.order import Address, Customer, NewOrder, Order, RawDocument
from app.orders.timeline import Entry, record
from app.site.roles import Operator, require
from app.site.store import shops

_PAYLOADS = {"shopify": shopify.read, "woocommerce": woocommerce.read}
CHANNELS = ("csv", *_PAYLOADS)
# One transaction: large enough that its fsync doesn't count, small enough that Ctrl-C answers at once.
_BATCH_ORDERS, _BATCH_LINES = 400, 8_000
BY = "intake"


def import_orders(
    database: Database,
    files: Sequence[Path],
    *,
    channel: str,
    shop: str,
    map_file: Path | None = None,
    create_products: bool = False,
    operator: Operator,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """What `packbench import orders` does. `progress(done, total)` counts orders; the total grows as files are opened.

    BadInput for a channel or map that is none; whatever is wrong inside a file is a refusal in the report.
    """
    expected = len(files)

    def opened(orders: int) -> None:
        nonlocal expected
        expected += orders - 1

    def done(orders: int) -> None:
        if progress:
            progress(orders, max(orders, expected))

    if channel == "csv":
        mapped = read_map(_map_text(map_file))
        reads = (read for file in files for read in csv.read(file, mapped, shop, opened))
    elif channel in _PAYLOADS:
        reads = (read for file in files for read in _payload(file, channel, shop, opened))
    else:
        raise BadInput(f"got {channel!r}, expected one of {', '.join(CHANNELS)}", field="channel")
    return take_orders(
        database, reads, shop=shop, operator=operator, now=now, create_products=create_products, progress=done
    )


def _map_text(file: Path | None) -> str:
    if file is None:
        raise BadInput("expected a map: which column holds what", field="map")
    ours = RESOURCES / "channels" / file.name
    try:
        return (file if file.exists() or not ours.exists() else ours).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(error), field="map") from None


def _payload(file: Path, channel: str, shop: str, opened: Callable[[int], None]) -> Iterator[Read]:
    try:
        payload = file.read_bytes()
    except OSError as error:
        yield Read(Refusal("file", "", error.strerror or str(error), file.name))
        return
    reads = list(_PAYLOADS[channel](payload, shop, file=file.name))
    opened(len(reads))
    yield from reads


def take_orders(
    database: Database,
    reads: Iterable[Read],
    *,
    shop: str,
    operator: Operator,
    now: datetime,
    create_products: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Takes what a channel read, some hundred orders a transaction.

    Ctrl-C keeps what was committed, whole orders only, and the report says so instead of raising.
    """
    require(operator, "order.import")
    with database.read() as tx:
        if shop not in shops(tx):
            raise NotFound(f"shop {shop}", kind="unknown_shop", shop=shop)
    report, skus = Report(), Skus(shop, create_products)
    try:
        for batch in _batches(reads):
            taken, skus = database.act(partial(_take, batch=batch, skus=skus, operator=operator, now=now))
            report.add(taken)
            if progress:
                progress(report.read)
    except KeyboardInterrupt:
        report.interrupted = True
    return report


def _batches(reads: Iterable[Read]) -> Iterator[list[Read]]:
    """Runs of reads that name each number once: a second version is compared with the first one kept."""
    batch: list[Read] = []
    numbers: set[str] = set()
    lines = 0
    for read in reads:
        number = "" if isinstance(read.item, Refusal) else read.item.number
        if batch and (number in numbers or len(batch) >= _BATCH_ORDERS or lines >= _BATCH_LINES):
            yield batch
            batch, numbers, lines = [], set(), 0
        batch.append(read)
        if number:
            numbers.add(number)
        lines += sum(read.lines.values())
    if batch:
        yield batch


def _take(tx: Tx, batch: Sequence[Read], skus: Skus, operator: Operator, now: datetime) -> tuple[Report, Skus]:
    """What became of the batch, and what its codes mean."""
    shop = skus.shop
    store.one_at_a_time(tx, shop)
    report = Report(read=len(batch))
    orders: list[Order] = []
    documents: list[RawDocument] = []
    for read in batch:
        report.lines.update(read.lines)
        match read.item:
            case Order():
                orders.append(read.item)
            case RawDocument():
                documents.append(read.item)
                report.skipped[read.item.kind] += 1
            case Skipped():
                report.skipped[read.item.kind] += 1
            case Refusal():
                report.refused.append(read.item)
    _keep_documents(tx, shop, documents)
    known = store.known_orders(tx, shop, [order.number for order in orders])
    gone = {number for number, order in known.items() if order.forgotten}  # no product is made of their words either
    skus, report.products_made = skus.looked_up(tx, [order for order in orders if order.number not in gone])
    fresh = [order for order in orders if order.number not in known]
    _add(tx, shop, fresh, skus, report, now)
    changed = revise(tx, [(known[o.number], o) for o in orders if o.number in known], skus, operator, now)
    report.updated, report.changes = len(changed), {key: tuple(sorted(fields)) for key, fields in changed.items()}
    report.unchanged = len(orders) - len(fresh) - report.updated
    return report, skus


def _keep_documents(tx: Tx, shop: str, documents: Sequence[RawDocument]) -> None:
    have = store.raw_digests(tx, shop, [document.number for document in documents])
    store.add_raw(tx, [document for document in documents if document.number not in have])


def _add(tx: Tx, shop: str, orders: Sequence[Order], skus: Skus, report: Report, now: datetime) -> None:
    if not orders:
        return
    ids = _ids(tx, shop, [order.number for order in orders])
    customers = _customers(tx, shop, orders)
    news = []
    cases = []
    for order in orders:
        key, unknown = ids[order.number], skus.unknown(order)
        state = _first_state(order, unknown)
        news.append(NewOrder(key, order, state, customers[order.number], skus.known))
        if state == "held":
            cases.append(NewCase("unknown_sku", "order", key, key, BY, {"codes": unknown}))
    store.add(tx, news, stamp(now))
    said = ({"state": new.state, "lines": len(new.order.lines)} for new in news)
    record(tx, [Entry(n.id, n.id, "received", shop, detail, BY) for n, detail in zip(news, said, strict=True)], now)
    open_cases(tx, cases, now)
    announce(tx, "order", [new.id for new in news], now)
    report.added, report.held = len(news), len(cases)


def _first_state(order: Order, unknown: Sequence[str]) -> str:
    if order.cancelled_at:
        return "cancelled"
    if not any(line.ships for line in order.lines):
        return "shipped"  # sent or taken back before we heard of it, or nothing that can be sent
    return "held" if unknown else "new"


def _ids(tx: Tx, shop: str, numbers: Sequence[str]) -> dict[str, str]:
    """Our id for each new number; numbers that differ only in what ids leave out get a suffix."""
    taken = store.taken_ids(tx, [order_id(shop, number) for number in numbers])
    ids: dict[str, str] = {}
    for number in numbers:
        key, clash = order_id(shop, number), 0
        while key in taken:
            clash += 1
            key = order_id(shop, number, clash=clash)
            taken |= store.taken_ids(tx, [key])
        ids[number] = key
        taken.add(key)
    return ids


def _customers(tx: Tx, shop: str, orders: Sequence[Order]) -> dict[str, str | None]:
    """Our customer for each order's number; people the shop gives no key of are known by their one order."""
    known = store.customers(tx, shop, [order.customer.key for order in orders if order.customer])
    fresh: list[tuple[str, Customer]] = []
    mine: dict[str, str | None] = {}
    for order in orders:
        who = order.customer or (Customer("") if _says_who(order) else None)
        if who is None:
            mine[order.number] = None
            continue
        key = known.get(who.key)
        if key is None:
            key = uuid7()
            fresh.append((key, who))
            if who.key:
                known[who.key] = key
        mine[order.number] = key
    store.add_customers(tx, shop, fresh)
    return mine


def _says_who(order: Order) -> bool:
    """Whether there is anything of a person in it: then it must be possible to forget it."""
    return bool(order.notes) or any(to and to != Address(country=to.country) for to in (order.ship_to, order.bill_to))
