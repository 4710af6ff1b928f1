"""Segments: every byte is somebody's, and those who are slow lose theirs."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from services.engines.http.plan import LEAST, MOST_REPLACED, Plan, Segment
from services.engines.unfinished.ranges import Ranges, Span

MIB = 1 << 20


@dataclass
class Work:
    """A plan that is carried out, and the bytes that have come."""

    plan: Plan
    came: Ranges = field(default_factory=Ranges)

    def advance(self, segment: Segment, count: int) -> None:
        """Let `count` bytes come for `segment`, as far as it goes."""
        assert segment.end is not None
        until = max(segment.at, min(segment.at + count, segment.end))
        self.came.add(segment.at, until)
        segment.at = until

    def reach(self, total: int) -> Ranges:
        """Return what has come, is waiting, or will come to those who are at work."""
        all_of_it = self.came.copy()
        for start, end in self.plan._waiting:
            all_of_it.add(start, end)
        for segment in self.plan.active:
            assert segment.kept is not None
            all_of_it.add(segment.at, segment.kept)
        return all_of_it


@dataclass(frozen=True)
class Step:
    """Something that happens to one of those who are at work."""

    what: str
    who: int
    count: int


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(["take", "take", "commit", "end", "advance", "advance", "speed"]),
        st.integers(0, 7),
        st.integers(0, 3 * MIB),
    ),
    max_size=40,
)


def carry_out(work: Work, step: Step) -> None:
    plan = work.plan
    if step.what == "take":
        plan.take()
        return
    if not plan.active:
        return
    segment = plan.active[step.who % len(plan.active)]
    match step.what:
        case "commit":
            plan.commit(segment)
        case "end":
            plan.end(segment)
        case "speed":
            segment.speed = float(step.count)
        case _ if segment.victim is None:  # nothing comes before there is an answer
            work.advance(segment, step.count)


def finish(work: Work) -> None:
    """Carry out the rest, by one who never fails."""
    plan = work.plan
    for segment in list(plan.active):
        plan.commit(segment)
        assert segment.end is not None
        work.advance(segment, segment.end)
        plan.end(segment)
    while segment := plan.take():  # type: ignore[assignment]
        plan.commit(segment)
        work.advance(segment, 1 << 40)
        plan.end(segment)


@given(st.integers(1, 8 * MIB), steps)
def test_every_byte_has_come_or_is_somebodys(total: int, happened: list[Step]) -> None:
    work = Work(Plan([(0, total)]))

    for step in happened:
        carry_out(work, step)
        assert list(work.reach(total)) == [(0, total)], step


@given(st.integers(1, 8 * MIB), steps)
def test_file_becomes_whole_whatever_happened(total: int, happened: list[Step]) -> None:
    work = Work(Plan([(0, total)]))
    for step in happened:
        carry_out(work, step)

    finish(work)

    assert list(work.came) == [(0, total)]
    assert (work.plan.is_done, work.plan.left) == (True, 0)


@given(st.lists(st.tuples(st.integers(0, 4 * MIB), st.integers(0, 4 * MIB)), max_size=5), steps)
def test_only_what_is_missing_is_fetched(spans: list[Span], happened: list[Step]) -> None:
    had = Ranges(spans)
    missing = had.missing(4 * MIB)
    work = Work(Plan(missing))
    for step in happened:
        carry_out(work, step)

    finish(work)

    assert list(work.came) == missing


def test_segments_are_taken_from_the_first_on() -> None:
    plan = Plan([(200, 300), (0, 100)])

    taken = [plan.take(), plan.take(), plan.take()]

    assert [(s.start, s.end) for s in taken if s] == [(0, 100), (200, 300)]


def test_slowest_loses_a_part_at_its_end() -> None:
    plan = Plan([(0, 4 * MIB), (8 * MIB, 12 * MIB)])
    slow, quick = plan.take(), plan.take()
    assert slow is not None
    assert quick is not None
    slow.speed, quick.speed = 1.0 * MIB, 3.0 * MIB

    thief = plan.take()

    assert thief is not None
    assert thief.victim is slow
    assert (thief.start, thief.end) == (1 * MIB, 4 * MIB)  # at 3 MiB a second, both need one
    assert (slow.kept, slow.end) == (1 * MIB, 4 * MIB)
    assert quick.kept == 12 * MIB


def test_victim_goes_on_until_the_thief_is_answered() -> None:
    work = Work(Plan([(0, 4 * MIB)]))
    victim = work.plan.take()
    thief = work.plan.take()
    assert victim is not None
    assert thief is not None

    work.advance(victim, 3 * MIB)
    before = victim.is_done
    work.plan.commit(thief)

    assert (thief.start, victim.at, before, victim.is_done) == (2 * MIB, 3 * MIB, False, True)


def test_victim_stops_where_the_thief_began() -> None:
    work = Work(Plan([(0, 4 * MIB)]))
    victim = work.plan.take()
    thief = work.plan.take()
    assert victim is not None
    assert thief is not None

    work.plan.commit(thief)
    work.advance(victim, 4 * MIB)

    assert (victim.at, victim.is_done) == (2 * MIB, True)


def test_thief_that_fails_gives_back() -> None:
    plan = Plan([(0, 4 * MIB)])
    victim = plan.take()
    thief = plan.take()
    assert victim is not None
    assert thief is not None

    plan.end(thief)

    assert (victim.kept, victim.end, plan.left) == (4 * MIB, 4 * MIB, 4 * MIB)
    assert plan.active == [victim]


def test_thief_that_fails_after_its_answer_leaves_the_rest_to_others() -> None:
    work = Work(Plan([(0, 4 * MIB)]))
    work.plan.take()
    thief = work.plan.take()
    assert thief is not None
    work.plan.commit(thief)
    work.advance(thief, MIB)

    work.plan.end(thief)
    heir = work.plan.take()

    assert heir is not None
    assert (heir.start, heir.end, heir.victim) == (3 * MIB, 4 * MIB, None)


def test_what_is_lacking_waits_for_another() -> None:
    work = Work(Plan([(0, 4 * MIB)]))
    segment = work.plan.take()
    assert segment is not None
    work.advance(segment, MIB)

    work.plan.end(segment)

    assert (work.plan.left, work.plan.active, work.plan.is_done) == (3 * MIB, [], False)


def test_little_is_left_to_whoever_is_at_it() -> None:
    plan = Plan([(0, 2 * LEAST - 1)])
    plan.take()

    assert plan.take() is None


def test_what_ends_soon_is_left_to_end() -> None:
    plan = Plan([(0, 4 * MIB)])
    segment = plan.take()
    assert segment is not None
    segment.speed = 100.0 * MIB

    assert plan.take() is None


def test_one_who_stands_still_keeps_only_the_least() -> None:
    plan = Plan([(0, 4 * MIB), (8 * MIB, 12 * MIB)])
    still, quick = plan.take(), plan.take()
    assert still is not None
    assert quick is not None
    quick.speed = 10.0 * MIB

    thief = plan.take()

    assert thief is not None
    assert (thief.victim, thief.start) == (still, LEAST)


def test_little_that_is_left_of_a_slow_one_is_asked_for_once_more() -> None:
    plan = Plan([(0, LEAST), (8 * MIB, 12 * MIB)])
    slow, quick = plan.take(), plan.take()
    assert slow is not None
    assert quick is not None
    quick.speed, slow.speed = 10.0 * MIB, 1024.0
    slow.at = 1000

    thief = plan.take()

    assert thief is not None
    assert (thief.victim, thief.start, thief.end) == (slow, 1000, LEAST)
    assert (slow.kept, slow.end) == (1000, LEAST)


def test_slow_one_goes_on_where_its_replacement_fails() -> None:
    plan = Plan([(0, LEAST), (8 * MIB, 12 * MIB)])
    slow, quick = plan.take(), plan.take()
    assert slow is not None
    assert quick is not None
    quick.speed, slow.speed = 10.0 * MIB, 1024.0
    thief = plan.take()
    assert thief is not None

    plan.end(thief)

    assert (slow.kept, slow.end, plan.left) == (LEAST, LEAST, LEAST + 4 * MIB)


def test_replacement_is_not_replaced_before_it_was_heard() -> None:
    plan = Plan([(0, LEAST), (8 * MIB, 12 * MIB)])
    slow, quick = plan.take(), plan.take()
    assert slow is not None
    assert quick is not None
    slow.speed, quick.speed = 1024.0, 4.0 * MIB
    quick.at = 12 * MIB
    plan.end(quick)
    replacement = plan.take()
    assert replacement is not None

    plan.commit(replacement)
    plan.end(slow)

    assert plan.take() is None
    replacement.speed = 1024.0
    another = plan.take()
    assert another is not None
    assert another.victim is replacement


def test_part_of_what_is_slow_is_not_taken_on_before_it_was_heard() -> None:
    plan = Plan([(0, 3 * LEAST), (8 * MIB, 12 * MIB)])
    slow, quick = plan.take(), plan.take()
    assert slow is not None
    assert quick is not None
    slow.speed, quick.speed = 1024.0, 10.0 * MIB
    quick.at = 12 * MIB
    plan.end(quick)

    taken = [plan.take(), plan.take(), plan.take()]

    assert [(s.start, s.victim) for s in taken if s] == [(3 * LEAST // 2, slow), (0, slow)]


def test_there_is_an_end_to_asking_once_more() -> None:
    plan = Plan([(0, LEAST), (8 * MIB, 8 * MIB + LEAST)])
    slow, quick = plan.take(), plan.take()
    assert slow is not None
    assert quick is not None
    quick.speed, slow.speed = float(MIB), 1024.0
    replaced = 0

    while thief := plan.take():
        replaced += 1
        plan.end(thief)

    assert (replaced, plan.has_work) == (MOST_REPLACED, False)


def test_there_is_work_where_something_waits_or_may_be_taken() -> None:
    plan = Plan([(0, LEAST)])
    before = plan.has_work

    plan.take()

    assert (before, plan.has_work, Plan([]).has_work) == (True, False, False)


def test_nothing_is_taken_from_a_file_of_unknown_length() -> None:
    plan = Plan([])
    plan.begin(0, None)

    assert plan.take() is None


def test_plan_is_done_when_nobody_is_at_it_and_nothing_waits() -> None:
    work = Work(Plan([(0, 100)]))
    segment = work.plan.take()
    assert segment is not None
    before = work.plan.is_done

    work.advance(segment, 100)
    work.plan.end(segment)

    assert (before, work.plan.is_done) == (False, True)
    assert work.plan.take() is None


def test_nothing_missing_is_done_at_once() -> None:
    assert Plan([]).is_done


def test_part_that_is_begun_leaves_the_rest_waiting() -> None:
    plan = Plan([(0, 100)])
    plan.begin(0, 60)

    heir = plan.take()

    assert heir is not None
    assert (heir.start, heir.end) == (60, 100)
