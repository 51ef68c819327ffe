"""What the bench says: one table from a message's id to its severity; sound and words follow from these.

ok and done count; warn doesn't, and the next valid scan clears it; stop doesn't, and must be acknowledged. Each
severity has a sound of its own, so that nobody walks on believing that a refused scan was counted. Words stand in
`resources/translations/floor.*.toml`: `floor.message.<id>`, and `floor.part.<id>` for pieces of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.base.wording import FALLBACK, word
from app.floor.work import Message

Severity = Literal["ok", "done", "warn", "stop"]
SOUNDS: Mapping[Severity, str] = {"ok": "ok", "done": "done", "warn": "warn", "stop": "stop"}


@dataclass(frozen=True, slots=True)
class Entry:
    severity: Severity

    @property
    def sound(self) -> str:
        return SOUNDS[self.severity]


_IDS: Mapping[Severity, str] = {
    "ok": """
        job_opened job_opened_split job_labelled jobs_opened job_chosen job_known
        bin_reached bin_known bin_skipped item_taken item_placed put_back
        item_packed item_out item_shifted carton_chosen carton_weak carton_known carton_ask step_done
        parcel_now tote_known
        out_scan_item scan_tote_for_out shift_scan_item broken_which count_ask count_set mode_off
        reprint_why reopen_why label_reprinted label_recreated parcel_reopened label_chosen
        undone stop_cleared question_dropped case_raised
        help_pick_bin help_pick_item help_pick_tote help_pick_exit
        help_pack_job help_pack_item help_pack_carton help_pack_step help_pack_close help_pack_label help_pack_exit
        help_dispatch handover_opened parcel_loaded parcel_unloaded asked load_scan unload_scan
    """,
    "done": """
        line_done all_in parcel_closed closed_printer_waits label_confirmed job_done job_done_next job_empty
        pick_done pick_ends_incomplete
        short_found broken_found job_held job_left handover_closed handover_left
    """,
    "warn": """
        unreadable ambiguous unknown_ignored wrong_bin bin_first item_first tote_first place_first tote_busy
        already_complete too_many not_so_many not_picked serial_needed wrong_serial serial_twice serial_one_by_one
        not_in_parcel in_other_parcel reopen_first no_such_parcel no_such_reason parcel_empty parcel_empty_already
        nothing_for_next nothing_to_pack nothing_missing nothing_to_undo nothing_to_count nothing_to_acknowledge
        all_labelled undo_ends_at_label
        count_zero no_other_bin hand_full not_in_pick not_in_pack not_in_dispatch pick_incomplete job_over job_first
        job_not_here finish_job_first tote_not_here carton_unknown no_cartons number_unasked carton_first
        step_first step_card step_not_due step_done_before news_too_old no_recipient no_numbers
        label_first label_not_yet label_not_here label_comes_yet no_label_yet
        short_again broken_again hold_again exit_again exit_label_again another_tote too_heavy_again void_again
        close_again already_loaded handover_first still_asking no_answer nothing_loaded not_loaded
        other_handover close_refused
    """,
    "stop": """
        wrong_item wrong_lot wrong_tote others_tote unknown_code restricted order_cancelled order_held taken_over
        cancelled_put_back held_put_back taken_over_put_back
        other_label void_label load_cancelled load_held load_unlabelled load_wrong_carrier load_unknown_parcel
        handover_unload handover_unload_all
    """,
}  # fmt: skip
MESSAGES: Mapping[str, Entry] = {id_: Entry(severity) for severity, ids in _IDS.items() for id_ in ids.split()}


def text(message: Message, language: str) -> str:
    """The words: ids inside become words too, lists are joined, texts by language are chosen."""
    table = "message" if message.id in MESSAGES else "part"
    return word(f"floor.{table}.{message.id}", language, **{k: _said(v, language) for k, v in message.values.items()})


def _said(value: object, language: str) -> object:
    if isinstance(value, Message):
        return text(value, language)
    if isinstance(value, Mapping):
        return value.get(language) or value.get(FALLBACK) or next(iter(value.values()), "")
    if isinstance(value, tuple):
        return ", ".join(str(_said(part, language)) for part in value)
    return value
