"""The command line: `paget COMMAND`."""

from paget.cli.running import main

__all__ = ["main"]
