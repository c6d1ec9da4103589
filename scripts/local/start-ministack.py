"""Starts MiniStack with one thing set right: a rate counts from its start date, as in EventBridge Scheduler.

As it comes, MiniStack fires a rate for the first time one interval after its creation, and then a moment later each time.
The platform calculates when each fire is due, so it would miss all of them.
"""

import time

from ministack.app import main
from ministack.services import eventbridge, scheduler

BOOT = time.time()
tick_as_it_comes = scheduler._tick_schedules


def last_beat(schedule, at):
    """The last time before `at` at which a rate with a start date was due; None for whatever else is scheduled."""
    interval = eventbridge._parse_rate_seconds(schedule.get("ScheduleExpression", ""))
    start = scheduler._to_epoch(schedule.get("StartDate"))
    if interval is None or start is None:
        return None
    return start + (at - start) // interval * interval


def tick():
    """One look at all schedules, before and after which those with a rate stand on a beat of theirs."""
    fired = scheduler._schedule_last_fired
    for key, schedule in list(scheduler._schedules._data.items()):
        # What was due while nobody was running is over.
        beat = last_beat(schedule, max(BOOT, schedule.get("CreationDate", BOOT)))
        if beat is not None:
            fired.setdefault(key, beat)
    before = dict(fired)
    tick_as_it_comes()
    for key, schedule in list(scheduler._schedules._data.items()):
        if fired.get(key) != before.get(key):
            fired[key] = last_beat(schedule, fired[key]) or fired[key]
    for key in [key for key in fired if key not in scheduler._schedules._data]:
        del fired[key]


scheduler._tick_schedules = tick
main()
