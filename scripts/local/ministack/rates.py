"""A rate counts from its start date, as in EventBridge Scheduler.

MiniStack fires a rate for the first time one interval after its creation, and then a moment later each time.
The platform calculates when each fire is due, so it would report all of them as missed.
"""

import time

from ministack.services import eventbridge, scheduler

BOOT = time.time()
original_tick = scheduler._tick_schedules


def last_beat(schedule, at):
    """The last time before `at` at which a rate with a start date was due; None for every other schedule."""
    interval = eventbridge._parse_rate_seconds(schedule.get("ScheduleExpression", ""))
    start = scheduler._to_epoch(schedule.get("StartDate"))
    if interval is None or start is None:
        return None
    return start + (at - start) // interval * interval


def tick():
    """Check all schedules once. Before and after that, the last fire of each rate is one of its due times."""
    fired = scheduler._schedule_last_fired
    for key, schedule in list(scheduler._schedules._data.items()):
        # Fires that were due while MiniStack was not running are not made up for.
        beat = last_beat(schedule, max(BOOT, schedule.get("CreationDate", BOOT)))
        if beat is not None:
            fired.setdefault(key, beat)
    before = dict(fired)
    original_tick()
    for key, schedule in list(scheduler._schedules._data.items()):
        if fired.get(key) != before.get(key):
            fired[key] = last_beat(schedule, fired[key]) or fired[key]
    for key in [key for key in fired if key not in scheduler._schedules._data]:
        del fired[key]


def install():
    """Replace MiniStack's calculation."""
    scheduler._tick_schedules = tick
