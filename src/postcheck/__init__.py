"""postcheck: would this draft overstep? Signals from the words, findings from the context."""

from postcheck.drafts import Account, Action, Context, Draft, Period
from postcheck.errors import PostcheckError
from postcheck.findings import Finding
from postcheck.library import load
from postcheck.packs import Level, Pack
from postcheck.report import Result, check
from postcheck.signals import Signal
from postcheck.version import VERSION

__all__ = [
    "Account",
    "Action",
    "Context",
    "Draft",
    "Finding",
    "Level",
    "Pack",
    "Period",
    "PostcheckError",
    "Result",
    "Signal",
    "check",
    "load",
]
__version__ = VERSION
