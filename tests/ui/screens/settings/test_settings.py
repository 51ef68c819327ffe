"""Settings: what is chosen is kept and holds; an address nobody can print to is refused with its reason."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.screens.settings.presenter import Presenter, SettingsShown

NONE = {"printer": "", "papers": "", "scanner": ""}


class Seen:
    def __init__(self) -> None:
        self.last: SettingsShown | None = None

    def show_(self, shown: SettingsShown) -> None:
        self.last = shown


def entered(context: Context) -> tuple[Presenter, Seen]:
    view = Seen()
    presenter = Presenter(context, view)
    presenter.entered()
    return presenter, view


def test_a_choice_is_kept_at_once(context: Context) -> None:
    presenter, view = entered(context)
    presenter.theme("contrast")
    presenter.scale("150")
    presenter.volume(35)
    presenter.reduced_motion(True)
    profile = context.profile
    assert (profile.theme, profile.scale, profile.volume, profile.reduced_motion) == ("contrast", 150, 35, True)
    assert view.last is not None
    assert [one.name for one in (*view.last.themes, *view.last.scales) if one.current] == ["contrast", "150"]


def test_an_address_nobody_knows_is_refused_and_nothing_of_the_form_is_kept(context: Context) -> None:
    presenter, view = entered(context)
    presenter.addresses({**NONE, "printer": "tcp://10.0.0.9:9100", "papers": "fax://office", "scanner": "COM7"})
    assert view.last is not None
    assert set(view.last.wrong) == {"papers", "scanner"}
    assert view.last.addresses["papers"] == "fax://office"  # what was typed stays, to be mended
    assert context.profile.printer == ""
    presenter.addresses({**NONE, "printer": "tcp://10.0.0.9:9100", "scanner": "serial:///dev/ttyACM0?baud=9600"})
    assert view.last.wrong == {}
    assert context.profile.printer == "tcp://10.0.0.9:9100"
    assert "next start" in view.last.said


def test_a_sound_is_played_to_be_heard(context: Context) -> None:
    played: list[str] = []
    context.play = played.append
    presenter, _ = entered(context)
    presenter.sound("stop")
    assert played == ["stop"]


def test_no_key_means_two_things_on_the_screen(context: Context, shown: Callable[..., QWidget]) -> None:
    from PySide6.QtGui import QShortcut

    view = shown("settings")
    keys = [one.key().toString() for one in view.findChildren(QShortcut)]
    assert len(keys) == len(set(keys))
