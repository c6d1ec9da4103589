"""Calls timetable.py. Standard input is a JSON list of questions, standard output a list of lists of due times."""

import json
import sys

sys.path.insert(0, sys.argv[1])
import timetable  # noqa: E402


def dues(expression, zone, after, count, begin=0, start=None, end=None):
    parsed, read = timetable.parse(expression), timetable.zone_of(zone)
    found = []
    while len(found) < count:
        due = timetable.next_due(parsed, read, found[-1] if found else after, begin, start, end)
        if due is None:
            break
        found.append(due)
    return found


def answer(question):
    try:
        return dues(**question)
    except ValueError as error:
        return str(error)


json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
