"""Starts MiniStack with the changes that the platform needs; each one is a module of this folder."""

import rates
from ministack.app import main

rates.install()
main()
