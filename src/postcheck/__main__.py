"""The door: every run of postcheck comes in, and every error goes out, here."""

from __future__ import annotations

import gc
import os
import sys

from postcheck import commands
from postcheck.errors import PipeClosedError, PostcheckError

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from typing import Any

OUR_BUG, INTERRUPTED, PIPE_CLOSED = 3, 130, 141

# the options of `check` that need no typer; whatever else is asked goes the long way
VALUES = {f"--{name}": name for name in ("file", "account", "period", "action", "pack", "model", "format")} | {
    "--fail-on": "fail_on"
}
SWITCHES = {"--restricted": ("restricted", True), "--not-restricted": ("restricted", False), "--why": ("why", True)}


def main(arguments: list[str] | None = None) -> None:
    """Run postcheck and exit with its code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """The exit code: 0 nothing at or over the bar, 1 findings, 2 your input or configuration, 3 our bug."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # a lone surrogate is written as JSON escapes it; other output must not fail on one
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except PostcheckError as error:
        code = _complain(error)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except (PipeClosedError, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = PIPE_CLOSED
    except Exception as error:
        code = _confess(error)
    return code


def _dispatch(arguments: list[str]) -> int:
    plain = quick_options(arguments)
    if plain is not None:
        gc.disable()  # one draft makes no garbage worth looking for
        return commands.check(**plain)
    from postcheck.cli import run_app

    return run_app(arguments)


def quick_options(arguments: list[str]) -> dict[str, Any] | None:
    """The keywords for `commands.check` where the arguments are a plain check, or None.

    Loading typer takes longer than checking a draft does, so the plain case passes it by.
    """
    if arguments[:1] != ["check"]:
        return None
    options: dict[str, Any] = {}
    rest = iter(arguments[1:])
    for argument in rest:
        name, equals, value = argument.partition("=")
        if argument in SWITCHES:
            switch, given = SWITCHES[argument]
            options[switch] = given
        elif name in VALUES:
            words = value if equals else next(rest, None)
            if words is None or (words.startswith("-") and not equals):
                return None
            options[VALUES[name]] = words
        elif (argument == "-" or not argument.startswith("-")) and "text" not in options:
            options["text"] = argument
        else:
            return None
    return options if "text" in options or "file" in options else None


def _complain(error: PostcheckError) -> int:
    print(f"postcheck: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"  {error.hint}", file=sys.stderr)
    return commands.BAD_INPUT


def _confess(error: Exception) -> int:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"
    print(
        f"postcheck: a fault of ours ({type(error).__name__} at {place}); your draft is not shown",
        file=sys.stderr,
    )
    print("  please report that line and what you ran, without the draft", file=sys.stderr)
    return OUR_BUG


if __name__ == "__main__":
    main()
