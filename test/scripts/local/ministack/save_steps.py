"""Saves the given states, one after the other. Prints what a start would then load."""

import json
import os
import sys

folder, steps = json.load(sys.stdin)
os.environ["PERSIST_STATE"] = "1"
os.environ["STATE_DIR"] = os.path.join(folder, "state")
sys.path.insert(0, sys.argv[1])

import saves  # noqa: E402
from ministack.core import persistence  # noqa: E402


def failing():
    raise RuntimeError("dictionary changed size during iteration")


for services in steps:
    states = {name: (lambda state=state: state) if state != "fails" else failing for name, state in services.items()}
    pid = saves.fork(lambda: saves.write(states))
    os.waitpid(pid, 0)

numbers = sorted(os.listdir(saves.SAVES_DIR))
complete = [name for name in numbers if name.isdigit()]
persistence.STATE_DIR = os.path.join(saves.SAVES_DIR, complete[-1])
names = sorted(name for name in os.listdir(persistence.STATE_DIR) if name.endswith(".json"))
loaded = {name[:-5]: persistence.load_state(name[:-5]) for name in names}
json.dump([complete, loaded, sorted(os.listdir(persistence.STATE_DIR))], sys.stdout)
