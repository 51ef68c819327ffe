"""Whether journal and cache go together: an older copy of the journal is known as one without asking anybody.

The cache notes how far the journal had come. A journal that has not come as far was put back: what it would print may
have come out, its numbers may be on labels. Of what was done under the claims held here it knows too little, and so
does a journal that went on from another after the cache was filled, and one that was begun in the place of another:
that work is pulled anew before anybody goes on with it.
"""

from __future__ import annotations

from app.station.cache import Cache
from app.station.journal.journal import Journal

_NAME = "journal"


def make_alike(journal: Journal, cache: Cache) -> None:
    """Before anything else is read of the two. JournalBroken: there is no room for the journal that has to be made."""
    noted = cache.position(_NAME)
    if not noted:
        note(journal, cache, pulled=False)
        return
    incarnation, facts, prints = noted.split()
    own, seq, rev = journal.standing()
    past = journal.past
    if incarnation == own:
        if seq >= int(facts) and rev >= int(prints):
            return
        journal.begin_anew(()).result()
    elif past and past.incarnation == incarnation:
        if past.why == "damaged" and not past.lost:
            return
    elif seq or rev or any(one.left for one in journal.leases()):
        journal.begin_anew(()).result()
    elif not past:
        journal.begun = "missing"
    cache.forget_work()


def note(journal: Journal, cache: Cache, *, pulled: bool) -> None:
    """So far the journal has come. `pulled`: the cache has all that it lacks; one that begins holds nothing yet."""
    incarnation, seq, rev = journal.standing()
    stands, noted = f"{incarnation} {seq} {rev}", cache.position(_NAME)
    if stands != noted and (pulled or not noted or noted.startswith(f"{incarnation} ")):
        cache.keep_position(_NAME, stands)
