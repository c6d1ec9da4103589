"""Starts MiniStack with the changes that the platform needs; each one is a module of this folder."""

import schedules
from ministack.app import main

schedules.install()
main()
