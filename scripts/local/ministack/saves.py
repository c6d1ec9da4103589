"""Saves the state while MiniStack runs, so that a crash loses only what happened after the last save.

MiniStack itself writes its state only when it stops cleanly, one file per service. Here a save is a folder with everything
that MiniStack loads at its start. The folder is called `saves/new` while it is written, then `saves/<number>`. The folder
with the highest number is therefore complete, even after a crash, and scripts/local/saves.ts starts from it. A clean stop
makes the last save.

A forked copy of the process writes the save. It has the state of one moment, while MiniStack continues to serve requests.
"""

import asyncio
import json
import logging
import os
import re
import shutil
import signal
import warnings

from ministack.core import persistence

logger = logging.getLogger("saves")

# docs/guides/local-aws.md states how much a crash loses.
INTERVAL_S = 5
# Work that a request started can change the state after the response.
ROUNDS_AFTER_A_REQUEST = 3
# The copy of the process can wait forever for a lock that another thread held. It is killed after this time.
WRITE_TIMEOUT_S = 60
# Log lines are saved only at a clean stop, because there are many and the platform does not read them.
ONLY_AT_STOP = {"cloudwatch_logs"}

STATE_DIR = persistence.STATE_DIR
SAVES_DIR = os.path.join(os.path.dirname(STATE_DIR), "saves")

rounds_to_save = 0
# Process id of the copy that writes a save.
writer = None


def install(app, changing):
    """Saves periodically after the state was loaded, and at the stop. `changing` is a lock that a save takes."""
    load, build = app._load_persisted_state, app._build_persistence_save_dict

    def load_and_start_saving():
        load()
        app.saving = asyncio.get_running_loop().create_task(save_every_few_seconds(build, changing))

    def save_at_stop(services):
        end_writer()
        with changing:
            write(services)

    app._load_persisted_state = load_and_start_saving
    app.save_all = save_at_stop
    app.app = noting_requests(app.app)


def noting_requests(serve):
    async def noting(scope, receive, send):
        global rounds_to_save
        # `make dev` requests new log lines all the time.
        if scope["type"] == "http" and not is_about_logs(scope["headers"]):
            rounds_to_save = ROUNDS_AFTER_A_REQUEST
        await serve(scope, receive, send)

    return noting


def is_about_logs(headers):
    return any(name == b"x-amz-target" and value.startswith(b"Logs_") for name, value in headers)


async def save_every_few_seconds(build, changing):
    global rounds_to_save, writer
    while True:
        await asyncio.sleep(INTERVAL_S)
        if rounds_to_save == 0 or not changing.acquire(blocking=False):
            continue
        rounds_to_save -= 1
        try:
            services = build()
            writer = fork(lambda: write({name: services[name] for name in services.keys() - ONLY_AT_STOP}))
        finally:
            changing.release()
        while not has_ended(writer):
            await asyncio.sleep(0.05)
        writer = None


def fork(work):
    """Does the work in a copy of this process that has only this thread. Returns the process id of the copy."""
    with warnings.catch_warnings():
        # Python warns about locks that other threads hold: see WRITE_TIMEOUT_S.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid != 0:
        return pid
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(WRITE_TIMEOUT_S)
        work()
        status = 0
    except BaseException:
        logger.exception("the state was not saved")
    finally:
        os._exit(status)


def has_ended(pid):
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def end_writer():
    global writer
    if writer is not None:
        try:
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        writer = None


def write(services):
    """Writes a save with the state of these services. For the others, it contains the state that was loaded."""
    new = os.path.join(SAVES_DIR, "new")
    shutil.rmtree(new, ignore_errors=True)
    os.makedirs(new)
    # First, because get_state of Lambda writes the code of its functions into STATE_DIR.
    for name, get_state in services.items():
        state = get_state()
        if state is not None:
            write_state(os.path.join(new, f"{name}.json"), name, state)
    if os.path.isdir(STATE_DIR):
        link_what_is_missing(STATE_DIR, new)

    numbers = [int(name) for name in os.listdir(SAVES_DIR) if re.fullmatch(r"\d+", name)]
    os.rename(new, os.path.join(SAVES_DIR, str(max(numbers, default=0) + 1)))
    for number in numbers:
        shutil.rmtree(os.path.join(SAVES_DIR, str(number)), ignore_errors=True)


def write_state(path, name, state):
    wrapped = {"__ministack_format__": persistence._state_format_version(name), "payload": state}
    with open(path, "w") as file:
        json.dump(wrapped, file, default=persistence._json_default)
        file.flush()
        os.fsync(file.fileno())


def link_what_is_missing(source, target):
    for entry in os.scandir(source):
        to = os.path.join(target, entry.name)
        if entry.is_dir():
            os.makedirs(to, exist_ok=True)
            link_what_is_missing(entry.path, to)
        elif not os.path.exists(to):
            try:
                os.link(entry.path, to)
            except OSError:
                # A file system without hard links.
                shutil.copy2(entry.path, to)
