"""What a scan comes to at this bench: signing in, opening work, the job in hand.

One thread owns it. It waits for nothing but the four questions to the shared database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from app.base.clock import Clock, stamp
from app.base.errors import Conflict, PackbenchError
from app.floor import bench, claim
from app.floor.facts import Approved
from app.floor.packet import Packet
from app.floor.scan import normalise
from app.floor.takeover import take_work_over
from app.floor.work import Answer as WorkAnswer
from app.floor.work import (
    Ask,
    Facts,
    Message,
    News,
    Print,
    Seen,
    SeenAmbiguous,
    SeenCarrier,
    SeenCommand,
    SeenJob,
    SeenLabel,
    SeenTote,
    SeenUnknown,
    SeenUnreadable,
    Step,
    View,
)
from app.floor.workflows import dispatch
from app.settings import Settings
from app.site.roles import Operator
from app.station import dock, handovers
from app.station import hand as hands
from app.station.again import DONE, LONGEST, Wish, next_scan
from app.station.answer import answer
from app.station.cache import Cache
from app.station.hand import Hand
from app.station.handovers import is_parcel
from app.station.heard import Draft, Heard
from app.station.journal.journal import Journal
from app.station.journal.numbers import NextNumbers, Numbers
from app.station.journal.records import Entry, PrintJob
from app.station.opening import Opening
from app.station.person import UNSEEN, Attendance, Turn, Wanted
from app.station.printing.spool import Spool
from app.station.questions import NoAnswer, Questions
from app.station.speech import FORCE, Said, refused, said
from app.station.sync.sync import Sync
from app.station.trouble import local, trouble, why_nobody


@dataclass(slots=True)
class Desk:
    """`hand` is the job in hand, `loading` the handover; with neither the bench is idle.

    `standing_since`: the scan whose answer was the stop or question that waits.
    """

    station: str
    cache: Cache
    journal: Journal
    numbers: Numbers
    spool: Spool
    sync: Sync
    questions: Questions
    clock: Clock
    settings: Settings
    hand: Hand | None = None
    loading: dispatch.State | None = None
    standing_since: int = 0
    generation: int = 0
    onward: tuple[str, ...] = ()  # what to scan next while no job is in hand
    people: Attendance = field(init=False)
    _opening: Opening = field(init=False)
    _addressed: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._opening = Opening(self.journal, self.cache, self.sync, self.questions)
        self.sync.ahead.who = self._worker
        self.people = Attendance(self.cache, self.journal, self.clock, self.settings.lock_after_min * 60)

    @property
    def operator(self) -> Operator | None:
        """Who works here."""
        return self.people.operator

    def _worker(self) -> Operator | None:
        return self.operator

    def restore(self) -> None:
        """Back to what the journal says: after opening, and after something was not kept."""
        self.generation = self.journal.generation
        self.numbers.reset(self.journal.leases())
        self._addressed.clear()
        self.hand = self._opening.begun()
        self.standing_since = 0
        self.people.drop()

    def take(self, heard: Heard) -> Draft:
        """What the scan comes to. The state moves on at once; what the journal then refuses, `restore` takes back."""
        if self.generation != self.journal.generation:
            self.restore()
        if heard.generation != self.generation:
            return self.not_kept(heard)  # scanned before it was said that the one before was not kept
        if self.sync.trouble == "journal_copied":  # two benches would give the same numbers to two labels
            return self._nothing_done(heard, self.say("journal_copied"))
        if heard.leaves:
            return self._sign_out(heard)
        if heard.idles:
            return self._idles(heard)
        if heard.wish:
            return self._again(heard, heard.wish)
        scan = normalise(heard.raw)
        seen = bench.resolve(scan, self.hand.state if self.hand else None, self.cache)
        text = self.people.shown(heard)
        turn = self.people.turn(heard, scan, seen, stopped=self._stands())
        if turn or self.operator is None:
            draft = self._people(heard, turn or Turn(Message("sign_in_first")))
        elif self.hand:
            draft = self._work(heard, self.hand, seen, self.operator)
        elif self.loading:
            draft = self._load(heard, self.loading, seen, self.operator)
        else:
            draft = self._idle(heard, seen, self.operator)
        entry = replace(draft.entry, on=self.generation)
        shown = text if text == UNSEEN else scan.code or scan.raw
        told = replace(draft.answer, n=heard.n, scan=shown, trouble=self._trouble, at=self._at())
        return Draft(told, entry)

    def not_kept(self, heard: Heard, why: object = "") -> Draft:
        """The answer to a scan that left nothing behind."""
        return self._nothing_done(heard, self.say("not_kept", why=why))

    def fault(self, heard: Heard) -> Draft:
        """The answer to a scan that met a bug; the next one starts from what is on disk."""
        self.generation = -1
        return self._nothing_done(heard, self.say("bench_fault"))

    def _nothing_done(self, heard: Heard, draft: Draft) -> Draft:
        """With where the work stands all the same: a screen shows nothing of an answer without it."""
        told = replace(draft.answer, n=heard.n, scan=self.people.shown(heard)[:200], at=self._at())
        return replace(draft, answer=told)

    def _at(self) -> bench.State | dispatch.State | None:
        return self.hand.state if self.hand else self.loading

    def news_came(self) -> None:
        """Addresses or orders changed."""
        self._addressed.clear()

    def say(self, message: str, /, **values: object) -> Draft:
        """A message of the bench's own, which changes nothing."""
        return self._draft(said(Message(message, values), self.language))

    @property
    def _trouble(self) -> tuple[str, ...]:
        return trouble(self.spool, self.sync, self.cache, self.journal, self.language)

    @property
    def language(self) -> str:
        return self.operator.language if self.operator else self.settings.language

    # People -------------------------------------------------------------------------------------------------

    def _people(self, heard: Heard, turn: Turn) -> Draft:
        """What was about a badge or a PIN; an act that was approved is done at once."""
        if turn.do:
            return turn.do(heard)
        message = turn.message
        assert message is not None
        if message.id.startswith("signed_in"):
            self.onward = self.onward or ("PBNEXT",)
        if message.id == "no_badges":
            message = Message("no_badges", {"why": why_nobody(self.sync, self.language)})
        draft = self._draft(said(message, self.language))
        if self.people.asked:
            asks = replace(draft.answer, workflow="sign_in", state="awaiting_pin", expects=("pin",), next=())
            draft = replace(draft, answer=asks)
        return replace(draft, entry=Entry(turn.facts))

    def _sign_out(self, heard: Heard) -> Draft:
        draft = self._draft(said(self.people.sign_out(), self.language))
        return replace(draft, answer=replace(draft.answer, n=heard.n, at=self._at()))

    def _idles(self, heard: Heard) -> Draft:
        """Nobody scanned for long; if somebody did meanwhile, nothing happens and nothing is said."""
        idle = self.people.lock_if_idle(heard.moment)
        draft = self.say("locked_now") if idle else self._draft(Said("ok", "", "", ""))
        return replace(draft, answer=replace(draft.answer, n=heard.n, at=self._at()))

    def _want(self, draft: Draft, do: Callable[[Heard, Operator, str], Draft]) -> Draft:
        """What was refused so is done by `do` if a badge allows it."""
        if draft.answer.approval:
            self.people.wanted = Wanted(draft.answer.approval, do)
        return draft

    # No job in hand -----------------------------------------------------------------------------------------

    def _again(self, heard: Heard, wish: Wish) -> Draft:
        """Scans what brings the wish about, kept together as one; ends at the first answer that doesn't count."""
        if self.operator is None:
            return self.say("sign_in_first")
        if self.loading:
            return self.say("other_job_first", job=dispatch.view(self.loading).job)
        draft = self.say("label_not_current", parcel=wish.key[0])
        if self.hand is None:
            draft = self._open(wish.shipment, claim.open_or_tell, self.operator)
        entry, said_ = draft.entry, ""
        for _ in range(LONGEST if self.hand else 0):
            assert self.hand is not None
            seen = next_scan(self.hand, wish, said_)
            if isinstance(seen, Message):
                draft = self._draft(said(seen, self.language))
                break
            draft = self._work(heard, self.hand, seen, self.operator)
            entry, said_ = entry.and_then(draft.entry), draft.answer.message
            if draft.answer.outcome in ("warn", "stop") or said_ in DONE or self.hand is None:
                break
        at = self.hand.state if self.hand else None
        told = replace(draft.answer, n=heard.n, trouble=self._trouble, at=at)
        return Draft(told, replace(entry, on=self.generation))

    def _idle(self, heard: Heard, seen: Seen, operator: Operator) -> Draft:
        match seen:
            case SeenUnreadable():
                return self._unreadable(seen)
            case SeenCommand(command="next"):
                return self._open("", claim.next_work, operator)
            case SeenCommand(command="help"):
                return self.say("idle_help")
            case SeenCommand(command="exit"):
                return self._sign_out(heard)
            case SeenCarrier() | SeenLabel():
                return self._load(heard, dispatch.start(), seen, operator)
            case SeenUnknown():
                try:
                    label = self.questions.ask(f"label {seen.code}", lambda tx, _: is_parcel(tx, seen.code))
                except NoAnswer:
                    return self.say("no_answer")
                if label:
                    return self._load(heard, dispatch.start(), seen, operator)
                return self._open(seen.code, claim.open_or_tell, operator)
            case SeenJob() | SeenTote() | SeenAmbiguous():
                return self._open(seen.code, claim.open_or_tell, operator)
            case _:
                return self.say("nothing_open")

    def _unreadable(self, seen: SeenUnreadable) -> Draft:
        message = Message("unreadable", {"reason": Message(f"unreadable_{seen.reason}")})
        return self._draft(said(message, self.language))

    def _take_over(self, code: str, heard: Heard, by: Operator, reason: str) -> Draft:
        """Work that another bench holds, by a supervisor's leave; from one that is heard only for a reason."""
        assert self.operator is not None
        act = partial(take_work_over, approved_by=by, force=bool(reason), why=reason)
        draft = self._open(code, act, self.operator, f"take over by {by.badge}")
        if draft.answer.approval == FORCE:
            self.people.wanted = Wanted("floor.takeover", partial(self._take_over, code), by)
        return draft

    def _open(
        self, code: str, act: Callable[..., Packet | Conflict], operator: Operator, question: str = "open"
    ) -> Draft:
        """What is held here is opened at once; for other work the shared database is asked."""
        try:
            hand = self._opening.held(code, operator) if question == "open" else None
            hand = hand or self._opening.asked(code, act, operator, question)
        except NoAnswer:
            return self.say("no_answer")
        except PackbenchError as error:
            if error.kind == "tote_of_several":
                self.onward = tuple(str(error.values["jobs"]).split(", "))
            elif code:
                self.onward = tuple(one for one in self.onward if one != code) or ("PBNEXT",)
            else:
                self.onward = () if error.kind == "no_work" else ("PBNEXT",)
            since = {"since": local(self.cache, str(error.values["since"]))} if "since" in error.values else {}
            error.values = {**error.values, **since}
            draft = self._draft(refused(error, self.language))
            return self._want(draft, partial(self._take_over, code))
        self._addressed.clear()
        self.hand = hand
        prints = (Print("pick_list", hand.claim),) if hand.work.packet.kind == "pick" else ()
        papers = hands.papers(prints, hand.claim, operator.badge)
        return self._draft(said(bench.opening(hand.state), self.language), papers)

    # A handover in hand -------------------------------------------------------------------------------------

    def _load(self, heard: Heard, state: dispatch.State, seen: Seen, operator: Operator) -> Draft:
        def put(ask: Ask) -> WorkAnswer:
            return self.questions.ask(
                f"{operator.badge} {ask}",
                lambda tx, op_id: handovers.put(
                    tx, op_id, ask, station=self.station, operator=operator, now=self.sync.now(tx)
                ),
            )

        facts = Facts(now=heard.at, confirm_after_s=self._confirm_after(heard))
        turn = dock.turn(state, seen, facts, put)
        if turn.waits and turn.state != state:
            self.standing_since = heard.n
        leaves = turn.finished or turn.view.state == "awaiting_handover"
        self.loading = None if leaves else turn.state
        papers = hands.papers(turn.step.prints, "", operator.badge)
        spoken = refused(turn.error, self.language) if turn.error else said(turn.step.message, self.language)
        return self._draft(spoken, papers, turn.view)

    # A job in hand ------------------------------------------------------------------------------------------

    def _work(self, heard: Heard, before: Hand, seen: Seen, operator: Operator) -> Draft:
        numbers = self.numbers.peek(before.job().carrier)
        step = bench.advance(before.state, seen, self._facts(heard, before, numbers))
        hand, facts = hands.after(before, step, operator.badge, stamp(heard.at))
        used = numbers.used if numbers and hands.numbers_of(step.events) == numbers.sscc else ()
        if numbers and used:
            self.numbers.use(numbers)
        if hand.view.standing is not None and (before.view.standing is None or facts):
            self.standing_since = heard.n
        papers = hands.papers(step.prints, hand.claim, operator.badge)
        self.hand = None if hand.finished else hand
        if hand.finished:
            self.sync.ahead.over(hand.claim)
        draft = self._draft(said(step.message, self.language), papers, hand.view)
        draft = self._want(draft, partial(self._approved, seen, step.message))
        if hand.finished:
            self.onward = hands.onward(hand)
            draft = replace(draft, answer=replace(draft.answer, next=self.onward))
        return replace(draft, entry=Entry(facts, papers, hands.marks(step.events), used))

    def _approved(self, seen: Seen, refused_: Message, heard: Heard, by: Operator, _reason: str) -> Draft:
        """What was refused with that message, done all the same: somebody else answers for it."""
        assert self.hand is not None
        assert self.operator is not None
        job, n = str(refused_.values["job"]), int(str(refused_.values["n"]))
        step = Step(refused_, (Approved(job, n, refused_.id, by.badge),))
        hand, facts = hands.after(self.hand, step, self.operator.badge, stamp(heard.at))
        draft = self._work(heard, hand, seen, self.operator)
        return replace(draft, entry=Entry(facts).and_then(draft.entry))

    def _facts(self, heard: Heard, hand: Hand, numbers: NextNumbers | None) -> Facts:
        told, age = self.sync.news, self.sync.news_age_s()
        jobs = hand.work.packet.jobs
        return Facts(
            now=heard.at,
            news={job.shipment: News(told.get(job.shipment, "live"), max(0, age)) for job in jobs},
            numbers=(numbers.sscc, numbers.tracking) if numbers else None,
            confirm_after_s=self._confirm_after(heard),
            printer_ready=self.spool.ready("parcel_label"),
            recipient_ready=self._recipient_ready(hand.job().shipment),
            waiting_labels=self._waiting_labels(),
        )

    def _confirm_after(self, heard: Heard) -> float:
        """What was scanned before a stop or a question was shown can't be meant as its answer."""
        return float("inf") if self.standing_since > heard.shown else self.settings.confirm_after_s

    def _waiting_labels(self) -> frozenset[tuple[str, int]]:
        """Looked up only while the printer takes nothing; else a label is out before anybody asks for it again."""
        if self.spool.ready("parcel_label"):
            return frozenset()
        waiting = self.journal.print_jobs("queued", "failed")
        return frozenset((job.subject, job.issue) for job in waiting if job.document == "parcel_label")

    def _recipient_ready(self, shipment: str) -> bool:
        """That one is there is remembered; one that is not may come at any moment, and nobody tells of it."""
        if not self._addressed.get(shipment):
            self._addressed[shipment] = self.cache.recipient(shipment) is not None
        return self._addressed[shipment]

    def _view(self) -> View | None:
        if self.hand:
            return self.hand.view
        return dispatch.view(self.loading) if self.loading else None

    def _stands(self) -> bool:
        view = self._view()
        return view is not None and view.standing is not None

    def _draft(self, spoken: Said, papers: tuple[PrintJob, ...] = (), view: View | None = None) -> Draft:
        shown = view or self._view()
        draft = answer(0, "", spoken, shown, tuple(job.key for job in papers))
        return Draft(draft if shown else replace(draft, next=self.onward), Entry(prints=papers))
