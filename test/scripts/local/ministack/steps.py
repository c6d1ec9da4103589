"""Runs the local scheduler through steps at given times, without a network, and says what it fired and answered.

A JSON list of steps on standard input; on standard output what each did. The clock stands still between steps.
"""

import json
import sys
import time

sys.path.insert(0, sys.argv[1])
import schedules  # noqa: E402
from ministack.services import eventbridge, scheduler  # noqa: E402

fired = []
now = 0.0
time.time = lambda: now


def invoke(target, event, schedule):
    fired.append({"name": schedule["Name"], "input": target.get("Input"), "time": event["Time"]})


def restart():
    """What a clean stop writes and a start reads."""
    saved = scheduler.get_state()
    saved = {**saved, "watched": json.loads(json.dumps(saved["watched"]))}
    scheduler.reset()
    schedules.watched.clear()
    schedules.next_dues.clear()
    scheduler.load_persisted_state(saved)


def step(do, name=None, body=None):
    if do == "create":
        return scheduler._create_schedule(name, body)[0]
    if do == "update":
        return scheduler._update_schedule(name, body)[0]
    if do == "break":  # as a state of an older version might hold it
        scheduler._schedules[f"default/{name}"]["ScheduleExpression"] = body
    elif do == "restart":
        restart()
    else:
        fired.clear()
        schedules.tick()
        return list(fired)


eventbridge._invoke_target = invoke
schedules.install()
answers = []
for at, *rest in json.load(sys.stdin):
    now = at
    answers.append(step(*rest))
json.dump([answers, [schedule["Name"] for schedule in scheduler._schedules.values()]], sys.stdout)
