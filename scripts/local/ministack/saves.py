"""Saves the state while MiniStack runs, so that a crash loses only what came after the last save.

MiniStack itself writes its state only when it ends in order, one file per service. Here a save is a folder with all that
MiniStack loads at its start: `saves/new` while it is written, then `saves/<number>`. The folder with the highest number is
therefore complete, whatever ended the process and when; scripts/local/saves.ts starts from it. An orderly end makes the
last save.

A copy of the process writes the save. It has the state of one moment, and MiniStack serves requests in the meantime.
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

# docs/local-aws.md says how much a crash loses.
EVERY_S = 5
# What a request started can change the state after its answer.
ROUNDS_AFTER_A_REQUEST = 3
# A copy of the process that waits for a lock which nobody releases is ended.
WRITE_TIMEOUT_S = 60
# Lines of logs are saved at an orderly end only: there are many, and nothing of the platform reads them.
ONLY_AT_THE_END = {"cloudwatch_logs"}

STATE_DIR = persistence.STATE_DIR
SAVES_DIR = os.path.join(os.path.dirname(STATE_DIR), "saves")

rounds_to_save = 0
# Process id of the copy that writes a save.
writer = None


def install(app, changing):
    """Save from the moment when the state is loaded, and at the end, when nothing holds the lock `changing`."""
    load, build = app._load_persisted_state, app._build_persistence_save_dict

    def load_and_begin():
        load()
        app.saving = asyncio.get_running_loop().create_task(save_every_few_seconds(build, changing))

    def save_at_the_end(services):
        end_writer()
        with changing:
            write(services)

    app._load_persisted_state = load_and_begin
    app.save_all = save_at_the_end
    app.app = noting_requests(app.app)


def noting_requests(serve):
    async def noting(scope, receive, send):
        global rounds_to_save
        # `make dev` asks for new log lines all the time.
        if scope["type"] == "http" and not is_about_logs(scope["headers"]):
            rounds_to_save = ROUNDS_AFTER_A_REQUEST
        await serve(scope, receive, send)

    return noting


def is_about_logs(headers):
    return any(name == b"x-amz-target" and value.startswith(b"Logs_") for name, value in headers)


async def save_every_few_seconds(build, changing):
    global rounds_to_save, writer
    while True:
        await asyncio.sleep(EVERY_S)
        if rounds_to_save == 0 or not changing.acquire(blocking=False):
            continue
        rounds_to_save -= 1
        try:
            services = build()
            writer = fork(lambda: write({name: services[name] for name in services.keys() - ONLY_AT_THE_END}))
        finally:
            changing.release()
        while not has_ended(writer):
            await asyncio.sleep(0.05)
        writer = None


def fork(work):
    """Do the work in a copy of this process, which has no other thread of it. Returns its process id."""
    with warnings.catch_warnings():
        # Python warns of locks that another thread holds: see WRITE_TIMEOUT_S.
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
    """Write a save with the state of these services; of the others, it has what was loaded."""
    new = os.path.join(SAVES_DIR, "new")
    shutil.rmtree(new, ignore_errors=True)
    os.makedirs(new)
    # First, because Lambda puts the code of its functions into STATE_DIR when it is asked for its state.
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
