"""Runs steps of the local scheduler at given times, without a network.

Standard input is a JSON list of steps. Standard output contains the result of each step. The clock does not advance
during a step.
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
    """Loads the state that a clean stop writes."""
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
    if do == "break":  # as in a state that an older version saved
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
