"""Replaces the part of MiniStack that fires the schedules of EventBridge Scheduler.

MiniStack evaluates every expression in UTC, checks every ten seconds, delivers context attributes literally, and stops at
the first malformed cron expression. After a restart it does not know what has fired. Here a schedule fires as in AWS: at
the times of timetable.py, within a second or two, and once.
"""

import logging
import re
import secrets
import threading
import time
from datetime import datetime, timezone

import timetable
from ministack.core.responses import get_account_id, get_region, set_request_account_id, set_request_region
from ministack.services import eventbridge, scheduler

logger = logging.getLogger("scheduler")

CHECK_INTERVAL_SECONDS = 1
# EventBridge Scheduler fires with the precision of a minute. A fire that is due for longer, because nothing ran or the
# machine slept, is skipped. The platform then notices the missed fire and catches up.
PRECISION_SECONDS = 60

# By the key of a schedule: its timing, the start of that timing, and the time up to which all fires are done.
watched = {}
# By the key of a schedule: the time of the next fire. Calculated again after a restart.
next_dues = {}
# Held while schedules fire and while the state is saved, so that a save contains a fire together with its effect.
ticking = threading.RLock()


def tick():
    """Checks all schedules once and fires those that are due."""
    with ticking:
        now = time.time()
        schedules = scheduler._schedules._data
        for key in [key for key in watched if key not in schedules]:
            forget(key)
        for key, schedule in list(schedules.items()):
            try:
                check(key, schedule, now)
            except Exception:
                # An error in one schedule must not stop the others. It is not tried again until its timing changes.
                next_dues.setdefault(key, None)
                logger.exception("schedule %s cannot be fired", key[-1])


def check(key, schedule, now):
    timing = timing_of(schedule)
    watch = watched.get(key)
    if watch is None or watch["timing"] != timing:
        begin = int(schedule["CreationDate" if watch is None else "LastModificationDate"])
        watch = watched[key] = {"timing": timing, "begin": begin, "done": begin - 1}
        if schedule["ScheduleExpression"].lstrip().startswith("at("):
            # A one-time schedule can be created in the minute in which it is due.
            watch["done"] -= PRECISION_SECONDS
        next_dues.pop(key, None)
    if schedule["State"] != "ENABLED":
        watch["done"] = now
        next_dues.pop(key, None)
        return
    if key not in next_dues:
        next_dues[key] = next_due(watch)
    while next_dues.get(key) is not None and next_dues[key] <= now:
        due = next_dues[key]
        is_late = due < now - PRECISION_SECONDS
        watch["done"] = now - PRECISION_SECONDS if is_late else due
        next_dues[key] = next_due(watch)
        if not is_late:
            fire(key, schedule, due)
        if next_dues[key] is None and schedule["ActionAfterCompletion"] == "DELETE":
            scheduler._schedules._data.pop(key, None)
            forget(key)


def timing_of(schedule):
    dates = [scheduler._to_epoch(schedule.get(name)) for name in ("StartDate", "EndDate")]
    return [schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"], *dates]


def next_due(watch):
    expression, zone, start, end = watch["timing"]
    return timetable.next_due(
        timetable.parse(expression), timetable.zone_of(zone), watch["done"], watch["begin"], start, end
    )


def forget(key):
    watched.pop(key, None)
    next_dues.pop(key, None)


def fire(key, schedule, due):
    """Invokes the target, with the context attributes in its input replaced by their values."""
    account_id, region, _ = key
    target = dict(schedule["Target"])
    attributes = {
        "schedule-arn": schedule["Arn"],
        "scheduled-time": datetime.fromtimestamp(due, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "execution-id": secrets.token_hex(8),
        "attempt-number": "1",
    }
    if target.get("Input"):
        target["Input"] = re.sub(
            f"<aws\\.scheduler\\.({'|'.join(attributes)})>", lambda found: attributes[found[1]], target["Input"]
        )
    before = get_account_id(), get_region()
    set_request_account_id(account_id)
    set_request_region(region)
    try:
        event = {
            "EventId": attributes["execution-id"],
            "Source": "aws.scheduler",
            "DetailType": "Scheduled Event",
            "Detail": "{}",
            "Time": due,
            "Resources": [schedule["Arn"]],
            "Account": account_id,
            "Region": region,
        }
        eventbridge._invoke_target(target, event, schedule)
    finally:
        set_request_account_id(before[0])
        set_request_region(before[1])


def with_timing_check(handle):
    """`CreateSchedule` or `UpdateSchedule` with a check that refuses the timings that AWS refuses."""

    def checked(name, body):
        try:
            timetable.parse(body.get("ScheduleExpression") or "")
            timetable.zone_of(body.get("ScheduleExpressionTimezone") or "UTC")
        except ValueError as error:
            return scheduler._error(400, "ValidationException", f"Invalid schedule: {error}")
        return handle(name, body)

    return checked


def with_watched(get_state):
    return lambda: {**get_state(), "watched": [[list(key), watch] for key, watch in list(watched.items())]}


def restoring_watched(restore_state):
    def restore(data):
        watched.update({tuple(key): watch for key, watch in data.get("watched", [])})
        return restore_state(data)

    return restore


def install():
    scheduler._SCHEDULE_TICK_INTERVAL = CHECK_INTERVAL_SECONDS
    scheduler._tick_schedules = tick
    scheduler._create_schedule = with_timing_check(scheduler._create_schedule)
    scheduler._update_schedule = with_timing_check(scheduler._update_schedule)
    scheduler.get_state = with_watched(scheduler.get_state)
    scheduler._restore_state = restoring_watched(scheduler._restore_state)
