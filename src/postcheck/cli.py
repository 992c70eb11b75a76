"""The command line: every command with its options and help; the work is done in `commands`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from postcheck import commands
from postcheck.drafts import Account, Action, Period
from postcheck.report import DEFAULT_PACK
from postcheck.version import VERSION

app = typer.Typer(
    name="postcheck",
    help="Tell, before you post, whether a draft would overstep. Nothing leaves this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 nothing found, 1 findings, 2 your input or configuration, 3 our bug.",
)
rules_app = typer.Typer(
    help="See the rules, their reasons and their sources.", no_args_is_help=True, rich_markup_mode=None
)
packs_app = typer.Typer(help="See the policy packs, and prove your own.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rules_app, name="rules")
app.add_typer(packs_app, name="packs")
model_app = typer.Typer(
    help="See the models, and whether their files are whole.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(model_app, name="model")


def run_app(arguments: list[str]) -> int:
    """Run the command that the arguments ask for and return its exit code."""
    command = typer.main.get_command(app)
    try:
        code = command.main(args=arguments, prog_name="postcheck", standalone_mode=False)
    except typer.TyperException as error:
        error.show()  # type: ignore[attr-defined]
        return commands.BAD_INPUT
    return code if isinstance(code, int) else commands.CLEAR


def _choices(values: Iterable[str]) -> str:
    return "|".join(values)


AccountOption = Annotated[
    str | None,
    typer.Option(
        metavar=_choices(Account),
        help="Whose account: your own with no employer shown, one that shows your "
        "job, or the organisation's.  [default: professional]",
        show_default=False,
    ),
]
RestrictedOption = Annotated[
    bool | None,
    typer.Option(
        "--restricted/--not-restricted",
        help="Whether your post is politically restricted. Where you don't say, "
        "findings also say what it would be if it were.",
        show_default=False,
    ),
]
PeriodOption = Annotated[
    str | None,
    typer.Option(
        metavar=_choices(Period),
        help="Whether an election has been called where you are.  [default: normal]",
        show_default=False,
    ),
]
ActionOption = Annotated[
    str | None,
    typer.Option(
        metavar=_choices(Action),
        help="How the words go out; a repost has none of your own.  [default: post]",
        show_default=False,
    ),
]
PackOption = Annotated[str, typer.Option(help="The policy pack: a name from `packs list`, or the path of your own.")]
NamesOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        help="A TOML file of names to add to the pack's lists; may be given more than once.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    str,
    typer.Option(
        metavar="auto|fast|deep|none",
        help="Which classifier gives an opinion beside the rules: the fast one and, where it is installed and the fast "
        "one is in doubt, the deep one; either alone; or none. The folder of your own model does too.  "
        "[default: $POSTCHECK_MODEL, or auto]",
        show_default=False,
    ),
]
ThresholdOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CODE=P",
        help="Report this signal from another probability than the model's own, such as P3=0.9; may be given more "
        "than once.",
        show_default=False,
    ),
]
ModelArgument = Annotated[str, typer.Argument(metavar="MODEL", help="fast, deep, or the folder of your own.")]
FailOnOption = Annotated[
    str, typer.Option(metavar=_choices(commands.FAIL_ON), help="The level from which the exit code is 1.")
]
CHECK_EXAMPLES = """\b
Examples:
  postcheck check "Proud of our gritters tonight"
  postcheck check --account corporate --period pre_election --file draft.txt
  pbpaste | postcheck check - --restricted --format json"""
BATCH_EXAMPLES = """\b
Examples:
  postcheck batch posts.jsonl > results.jsonl
  postcheck batch posts.jsonl --account corporate --fail-on stop
Each line is an object: {"id": "…", "text": "…", "context": {"account": "corporate"}}"""


TRAIN_EXAMPLES = """\b
Examples:
  postcheck train --out models
  postcheck train --tier fast --corpus our-posts.csv --out ours
  postcheck check "…" --model ours/fast"""


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        print(f"postcheck {VERSION}")
        raise typer.Exit


@app.command(epilog=CHECK_EXAMPLES)
def check(
    text: Annotated[str | None, typer.Argument(help="The draft, in quotes; - reads standard input.")] = None,
    file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Read the draft from a file.", show_default=False)
    ] = None,
    account: AccountOption = None,
    restricted: RestrictedOption = None,
    period: PeriodOption = None,
    action: ActionOption = None,
    pack: PackOption = DEFAULT_PACK,
    names: NamesOption = None,
    model: ModelOption = "",
    threshold: ThresholdOption = None,
    format: Annotated[
        str, typer.Option(metavar=_choices(commands.CHECK_FORMATS), help="How to show the result.")
    ] = "console",
    fail_on: FailOnOption = "review",
    why: Annotated[bool, typer.Option("--why", help="Show how likely each signal is and which words say so.")] = False,
) -> None:
    """Check one draft: the verdict, the phrase, why it matters here, the source, a way out."""
    raise typer.Exit(
        commands.check(
            text,
            file=file,
            account=account,
            restricted=restricted,
            period=period,
            action=action,
            pack=pack,
            names=names or (),
            model=model,
            thresholds=threshold or (),
            format=format,
            fail_on=fail_on,
            why=why,
        )
    )


@app.command(epilog=BATCH_EXAMPLES)
def batch(
    path: Annotated[str, typer.Argument(metavar="FILE", help="JSON lines, one post a line; - reads standard input.")],
    account: AccountOption = None,
    restricted: RestrictedOption = None,
    period: PeriodOption = None,
    action: ActionOption = None,
    pack: PackOption = DEFAULT_PACK,
    names: NamesOption = None,
    model: ModelOption = "",
    threshold: ThresholdOption = None,
    format: Annotated[
        str, typer.Option(metavar=_choices(commands.BATCH_FORMATS), help="How to show the results.")
    ] = "jsonl",
    fail_on: FailOnOption = "review",
) -> None:
    """Check many posts, one a line; results keep the order. A line's own context wins over the options."""
    raise typer.Exit(
        commands.batch(
            path,
            account=account,
            restricted=restricted,
            period=period,
            action=action,
            pack=pack,
            names=names or (),
            model=model,
            thresholds=threshold or (),
            format=format,
            fail_on=fail_on,
        )
    )


@app.command()
def evaluate(
    path: Annotated[
        str,
        typer.Argument(
            metavar="GOLD", help='JSON lines of posts with "signals"; without labels, the share that is flagged.'
        ),
    ],
    pack: PackOption = DEFAULT_PACK,
    model: ModelOption = "",
    threshold: ThresholdOption = None,
    rules: Annotated[
        bool, typer.Option("--rules/--no-rules", help="Whether the rules speak beside the models.")
    ] = True,
    wrong: Annotated[bool, typer.Option("--wrong", help="List the posts whose flag is wrong.")] = False,
) -> None:
    """Measure agreement with labelled posts: flags, signals, phrases, verdicts."""
    raise typer.Exit(
        commands.evaluate(path, pack=pack, model=model, thresholds=threshold or (), rules=rules, wrong=wrong)
    )


@app.command(epilog=TRAIN_EXAMPLES)
def train(
    corpus: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Your own labelled posts beside the shipped ones: JSON lines, or a CSV with the columns text and "
            "signals; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[str, typer.Option(metavar="DIR", help="Where the models go, a folder each.")] = "models",
    tier: Annotated[
        list[str] | None,
        typer.Option(
            metavar="fast|deep", help="Train only this one; may be given twice.  [default: both]", show_default=False
        ),
    ] = None,
) -> None:
    """Train the classifier on the shipped corpus, and on labelled posts of your own."""
    from postcheck import model_commands

    raise typer.Exit(model_commands.train(corpus or (), out=out, tiers=tier or ()))


@model_app.command("info")
def model_info(
    name: ModelArgument = "fast",
    trust: Annotated[
        bool, typer.Option("--trust", help="Open the pipeline of a model of your own, which is a program.")
    ] = False,
) -> None:
    """Show a model's card: what it learnt from, its thresholds and figures, and what weighs most."""
    from postcheck import model_commands

    raise typer.Exit(model_commands.info(name, trust=trust))


@model_app.command("verify")
def model_verify(name: ModelArgument = "fast") -> None:
    """Compare each file of a model with its card."""
    from postcheck import model_commands

    raise typer.Exit(model_commands.verify(name))


@rules_app.command("list")
def rules_list(pack: PackOption = DEFAULT_PACK) -> None:
    """List every rule, by signal."""
    raise typer.Exit(commands.rules_list(pack))


@rules_app.command("show")
def rules_show(
    code: Annotated[str, typer.Argument(help="A rule's id such as P2-vote-for-party, or a signal such as B3.")],
    pack: PackOption = DEFAULT_PACK,
) -> None:
    """Show one rule or signal: what it means on each account, why, and the source."""
    raise typer.Exit(commands.rules_show(code, pack))


@packs_app.command("list")
def packs_list() -> None:
    """List the packs that come with postcheck."""
    raise typer.Exit(commands.packs_list())


@packs_app.command("check")
def packs_check(
    path: Annotated[str, typer.Argument(metavar="PACK", help="A pack's file or folder, or a shipped name.")],
) -> None:
    """Load a pack strictly and test every rule on its own examples."""
    raise typer.Exit(commands.packs_check(path))
