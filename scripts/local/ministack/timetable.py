"""When a schedule of EventBridge Scheduler is due.

The product has its own calculator in lib/schedules/timetable. The local AWS does not call it. These are two independent
implementations of the same documentation, and test/scripts/local/ministack/timetable.test.ts compares them. If the
local AWS used the product's calculator, every error in it would look correct on this machine.

Both read the same version of the zone data: requirements.txt pins the version of tzdata that Node has. The data of the
operating system is not used.

Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler". `LW` and `L-3` are not documented
there; they have the meaning that they have in Quartz.
"""

import calendar
import re
import zoneinfo
from datetime import datetime, timedelta

zoneinfo.reset_tzpath(to=[])

SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split()
LAST_YEAR = 2199
DAY = timedelta(days=1)


class Rate:
    """`rate(…)`: due at its begin, then after each interval of elapsed time."""

    is_one_time = False

    def __init__(self, inside):
        found = re.fullmatch(r"\s*(?:1 +(minute|hour|day)|([1-9]\d*) +(minute|hour|day)s)\s*", inside)
        if found is None or found[2] == "1":
            raise ValueError(f"{inside} is not a number and its unit")
        self.interval = int(found[2] or 1) * SECONDS[found[1] or found[3]]

    def dues(self, after, begin, zone):
        count = max(0, int((after - begin) // self.interval) + 1)
        while True:
            yield begin + count * self.interval
            count += 1


class At:
    """`at(…)`: due once."""

    is_one_time = True

    def __init__(self, inside):
        if re.fullmatch(r"\s*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\s*", inside) is None:
            raise ValueError(f"{inside} is not yyyy-mm-ddThh:mm:ss")
        self.local = datetime.fromisoformat(inside.strip())

    def dues(self, after, begin, zone):
        due = instant(self.local, zone)
        if due is not None and due > after:
            yield due


class Cron:
    """`cron(…)`: due whenever the clocks of the zone show a matching minute."""

    is_one_time = False

    def __init__(self, inside):
        fields = inside.upper().split()
        if len(fields) != 6:
            raise ValueError(f"{inside} is not six fields")
        minute, hour, of_month, month, of_week, year = fields
        if (of_month == "?") == (of_week == "?"):
            raise ValueError("exactly one of day-of-month and day-of-week must be ?")
        self.times = [(h, m) for h in numbers(hour, 0, 23) for m in numbers(minute, 0, 59)]
        self.months = numbers(month, 1, 12, MONTHS)
        self.years = numbers(year, 1970, LAST_YEAR)
        self.days = days_of_week(of_week) if of_month == "?" else days_of_month(of_month)

    def dues(self, after, begin, zone):
        # Local times that are more than a day before `after` cannot be due after it, whatever the clocks do.
        earliest = datetime.fromtimestamp(after, zone).replace(tzinfo=None) - DAY
        for year in self.years:
            for month in self.months:
                if (year, month) < (earliest.year, earliest.month):
                    continue
                for day in self.days(year, month):
                    if datetime(year, month, day) + DAY < earliest:
                        continue
                    for hour, minute in self.times:
                        due = instant(datetime(year, month, day, hour, minute), zone)
                        if due is not None and due > after:
                            yield due


KINDS = {"rate": Rate, "cron": Cron, "at": At}


def parse(expression):
    """The schedule expression. Raises ValueError if EventBridge Scheduler would refuse it."""
    found = re.fullmatch(r"\s*(rate|cron|at)\(([^()]*)\)\s*", expression)
    if found is None:
        raise ValueError("not rate(…), cron(…) or at(…)")
    return KINDS[found[1]](found[2])


def zone_of(name):
    """The time zone with this IANA name. Raises ValueError if there is none."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name}") from error


def next_due(expression, zone, after, begin, start=None, end=None):
    """The first time after `after` at which a schedule is due, None if there is none.

    All times are seconds since the Unix epoch. `begin` is when a rate without a start date begins. `start` and `end` are
    the start and end date; a schedule may be due at them. They do not apply to one-time schedules.
    """
    if expression.is_one_time:
        start = end = None
    begin = begin if start is None else start
    for due in expression.dues(after, begin, zone):
        if end is not None and due > end:
            return None
        if start is None or due >= start:
            return due
    return None


def instant(local, zone):
    """The time at which clocks show this local time. None if they skip it, the first time if it occurs twice."""
    due = int(local.replace(tzinfo=zone).timestamp())
    return due if datetime.fromtimestamp(due, zone).replace(tzinfo=None) == local else None


def numbers(field, low, high, names=()):
    """The values of a field such as `*`, `5`, `1-5`, `0/15`, `*/15`, `MON,WED`, ascending."""

    def number(text):
        value = low + names.index(text) if text in names else int(text) if re.fullmatch("[0-9]{1,4}", text) else -1
        if not low <= value <= high:
            raise ValueError(f"{text} is not a value from {low} to {high}")
        return value

    values = set()
    for entry in field.split(","):
        bounds, slash, step = entry.partition("/")
        first, dash, last = ("", "", "") if bounds == "*" else bounds.partition("-")
        from_ = low if bounds == "*" else number(first)
        to = number(last) if dash else high if bounds == "*" or slash else from_
        by = int(step) if re.fullmatch("[1-9][0-9]{0,3}", step) else None if slash else 1
        if by is None or from_ > to:
            raise ValueError(f"{entry} is not a range")
        values.update(range(from_, to + 1, by))
    return sorted(values)


def days_of_month(field):
    """A function from year and month to the days that the field day-of-month matches, ascending."""
    last = re.fullmatch(r"L(?:-(\d{1,2}))?", field)
    nearest = re.fullmatch(r"(\d{1,2})W", field)
    if last:
        before = int(last[1] or 0)
        return lambda year, month: [day for day in [length(year, month) - before] if day > 0]
    if field == "LW":
        return lambda year, month: [workday(year, month, length(year, month))]
    if nearest:
        (day,) = numbers(nearest[1], 1, 31)
        return lambda year, month: [workday(year, month, day)] if day <= length(year, month) else []
    days = numbers(field, 1, 31)
    return lambda year, month: [day for day in days if day <= length(year, month)]


def days_of_week(field):
    """A function from year and month to the days that the field day-of-week matches, ascending."""
    last = re.fullmatch(r"(\w+)L", field)
    nth = re.fullmatch(r"(\w+)#([1-5])", field)
    if last:
        (weekday,) = numbers(last[1], 1, 7, WEEKDAYS)
        return lambda year, month: weekdays(year, month, [weekday])[-1:]
    if nth:
        (weekday,) = numbers(nth[1], 1, 7, WEEKDAYS)
        n = int(nth[2])
        return lambda year, month: weekdays(year, month, [weekday])[n - 1 : n]
    wanted = numbers("7" if field == "L" else field, 1, 7, WEEKDAYS)
    return lambda year, month: weekdays(year, month, wanted)


def length(year, month):
    return calendar.monthrange(year, month)[1]


def weekdays(year, month, wanted):
    """The days of a month that fall on one of these days of the week. 1 is Sunday."""
    return [day for day in range(1, length(year, month) + 1) if weekday_of(year, month, day) in wanted]


def weekday_of(year, month, day):
    return (calendar.weekday(year, month, day) + 1) % 7 + 1


def workday(year, month, day):
    """The nearest day from Monday to Friday in the same month."""
    weekday = weekday_of(year, month, day)
    if weekday == 7:
        return day - 1 if day > 1 else day + 2
    if weekday == 1:
        return day + 1 if day < length(year, month) else day - 2
    return day
