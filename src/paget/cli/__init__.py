"""The command line: `paget read | assess | brief | knowledge | schema | doctor`."""

from paget.cli.running import main

__all__ = ["main"]
