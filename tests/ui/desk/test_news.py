"""Screens hear when the shared database has news of what they show, and only while somebody looks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.base.errors import DatabaseAway
from app.db import Database, feed, open_database
from app.db.feed import Cursor
from tests.rooms import make_tables
from ui.context import Context
from ui.desk.news import News

Hears = Callable[..., News]


def announce(database: Database, topic: str = "order", key: str = "DE-1042") -> None:
    with database.write() as tx:
        feed.announce(tx, topic, [key], SystemClock().now())


@pytest.fixture
def hears(context: Context) -> Iterator[Hears]:
    """Follows topics from where the feed stands; what came is counted in `heard`."""
    made: list[News] = []

    def begin(*topics: str) -> News:
        news = News(context, context.runner)  # type: ignore[arg-type]
        made.append(news)
        news.follow(frozenset(topics))
        return news

    yield begin
    for news in made:
        news.close()


def begun(news: News, qtbot: QtBot) -> list[str]:
    """From here on it hears; gives what came since."""
    came: list[str] = []
    qtbot.waitUntil(lambda: news._heard is not None)
    news.came.connect(lambda: came.append("came"))
    news.line.connect(lambda: came.append("away" if news.away else "back"))
    return came


def looked(news: News, qtbot: QtBot) -> None:
    """A whole look that began after this call."""
    qtbot.waitUntil(lambda: not news._asking and not news._pause.isActive())
    before = news.heard_at
    news.look()
    qtbot.waitUntil(lambda: news.heard_at != before)


def test_a_change_is_told_once_and_silence_is_no_news(hears: Hears, shared: Database, qtbot: QtBot) -> None:
    news = hears("order")
    came = begun(news, qtbot)
    looked(news, qtbot)
    assert came == []
    announce(shared)
    qtbot.waitUntil(lambda: came == ["came"])
    looked(news, qtbot)
    assert came == ["came"]


def test_a_screen_hears_of_its_own_topics_alone(hears: Hears, shared: Database, qtbot: QtBot) -> None:
    news = hears("claim")
    came = begun(news, qtbot)
    announce(shared, "order")
    looked(news, qtbot)
    assert came == []
    announce(shared, "claim")
    qtbot.waitUntil(lambda: came == ["came"])


def test_what_changed_while_nobody_looked_is_no_news_to_who_comes(
    hears: Hears, shared: Database, context: Context, qtbot: QtBot
) -> None:
    """Nor is it by the answer to a look that was under way when the screen before was left."""
    news = hears("order")
    came = begun(news, qtbot)
    looked(news, qtbot)
    qtbot.waitUntil(lambda: not news._asking and not news._pause.isActive())
    under_way = threading.Event()
    context.runner.run(under_way.wait, lambda _: None)
    news.look()
    news.follow(frozenset())
    announce(shared)
    news.follow(frozenset({"order"}))
    under_way.set()
    qtbot.waitUntil(lambda: news._heard is not None)
    assert came == []


def test_a_burst_is_few_refreshes_and_none_of_it_is_missed(hears: Hears, shared: Database, qtbot: QtBot) -> None:
    news = hears("order")
    came = begun(news, qtbot)
    for burst in range(4):
        for n in range(10):
            announce(shared, key=f"DE-{burst}{n}")
        qtbot.waitUntil(lambda: bool(came) and news._heard is not None and news._heard.cursor == standing(shared))
    assert 4 <= len(came) <= 8  # one of a look that was under way when a burst began


def standing(database: Database) -> Cursor:
    with database.read() as tx:
        return feed.standing(tx)


def test_after_a_restore_everything_is_news_although_the_feed_begins_again(
    hears: Hears, shared: Database, qtbot: QtBot
) -> None:
    news = hears("order")
    came = begun(news, qtbot)
    with shared.write() as tx:
        feed.begin_anew(tx)
    looked(news, qtbot)
    assert came == ["came"]


def test_a_line_that_is_gone_is_said_once_and_what_was_missed_comes_when_it_is_back(
    hears: Hears, shared: Database, context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = hears("order")
    came = begun(news, qtbot)
    with monkeypatch.context() as patch:
        patch.setattr(Database, "read", _gone)
        qtbot.waitUntil(lambda: news.away)
        looked_at = news.heard_at
    announce(shared)
    qtbot.waitUntil(lambda: "back" in came)
    assert came[:3] == ["away", "back", "came"]
    assert looked_at is not None


def _gone(_self: Database) -> object:
    raise DatabaseAway("no route")


def test_news_of_another_connection_reach_the_screen_through_postgresql(
    fresh_pg: str, context: Context, qtbot: QtBot, hears: Hears
) -> None:
    """Also those of a transaction that began before and commits after one that was read already."""
    with closing(open_database(fresh_pg)) as here, closing(open_database(fresh_pg)) as there:
        make_tables(here)
        context.database = here
        news = hears("claim")
        came = begun(news, qtbot)
        with there.write() as slow:
            feed.announce(slow, "claim", ["slow"], SystemClock().now())
            announce(there, "order")
            qtbot.waitUntil(lambda: not news._asking)
        qtbot.waitUntil(lambda: came == ["came"])
        announce(there, "claim")
        qtbot.waitUntil(lambda: len(came) == 2)
        news.close()
