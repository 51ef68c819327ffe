"""Desk screens hear when the shared database has news, and only while somebody looks."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.desk.note import note
from app.site.roles import SYSTEM
from ui.context import Context
from ui.desk.news import News


def write(context: Context) -> None:
    with context.database.write() as tx:
        note(tx, "DE-1042", "news", operator=SYSTEM, now=SystemClock().now())


def test_a_change_is_told_once_and_silence_is_no_news(context: Context, qtbot: QtBot) -> None:
    news = News(context, context.runner)  # type: ignore[arg-type]
    came: list[None] = []
    news.came.connect(lambda: came.append(None))
    news.follow(True)
    qtbot.waitUntil(lambda: news._last >= 0)
    news.look()
    qtbot.waitUntil(lambda: not news._asking)
    assert came == []
    write(context)
    news.look()
    qtbot.waitUntil(lambda: len(came) == 1)
    news.look()
    qtbot.waitUntil(lambda: not news._asking)
    assert len(came) == 1
    news.follow(False)


def test_what_changed_while_nobody_looked_is_no_news_to_who_comes(context: Context, qtbot: QtBot) -> None:
    news = News(context, context.runner)  # type: ignore[arg-type]
    news.follow(True)
    qtbot.waitUntil(lambda: news._last >= 0)
    news.follow(False)
    write(context)
    came: list[None] = []
    news.came.connect(lambda: came.append(None))
    news.follow(True)
    qtbot.waitUntil(lambda: news._last >= 0)
    assert came == []
    news.follow(False)
