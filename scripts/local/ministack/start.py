"""Starts MiniStack with the changes that the platform needs. Each change is a module of this folder."""

import guard
import saves
import schedules
from ministack import app

guard.install(app)
schedules.install()
saves.install(app, schedules.ticking)
app.main()
