"""Commands: what each one does, from the words typed to the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from postcheck import library
from postcheck.drafts import Context, Draft, read_context
from postcheck.errors import InputError, closest
from postcheck.packs import Level, Pack
from postcheck.report import DEFAULT_PACK, Result, load_models
from postcheck.report import check as check_draft
from postcheck.streams import coloured, decoded, encodable, opened, say, warn, width

TYPE_CHECKING = False  # typing takes 3 ms to import
if TYPE_CHECKING:
    from postcheck.classifier import Classifier
    from postcheck.evaluation import Labelled
    from postcheck.readers.jsonl import BadLine

CLEAR, FOUND, BAD_INPUT = 0, 1, 2
FAIL_ON = ("review", "stop", "never")
CHECK_FORMATS = ("console", "json", "jsonl")
BATCH_FORMATS = ("jsonl", "json")


def check(
    text: str | None = None,
    *,
    file: str | None = None,
    account: str | None = None,
    restricted: bool | None = None,
    period: str | None = None,
    action: str | None = None,
    pack: str = DEFAULT_PACK,
    names: Sequence[str] = (),
    model: str = "",
    thresholds: Sequence[str] = (),
    format: str = "console",
    fail_on: str = "review",
    why: bool = False,
) -> int:
    """Check one draft, print what was found, and return the exit code."""
    choose("--format", format, CHECK_FORMATS)
    choose("--fail-on", fail_on, FAIL_ON)
    context = _context(account=account, restricted=restricted, period=period, action=action)
    source, words = _one_text(text, file)
    policy = library.load(pack, names)
    draft = Draft(text=words, context=context, source=source)
    result = check_draft(draft, pack=policy, models=_models(model, thresholds, policy), why=why)
    _print_one(result, format, why=why)
    return _exit_code([result], fail_on)


def batch(
    path: str,
    *,
    account: str | None = None,
    restricted: bool | None = None,
    period: str | None = None,
    action: str | None = None,
    pack: str = DEFAULT_PACK,
    names: Sequence[str] = (),
    model: str = "",
    thresholds: Sequence[str] = (),
    format: str = "jsonl",
    fail_on: str = "review",
) -> int:
    """Check one post a line, print a result for each in the same order, and return the exit code."""
    from postcheck.render import machine

    choose("--format", format, BATCH_FORMATS)
    choose("--fail-on", fail_on, FAIL_ON)
    usual = _context(account=account, restricted=restricted, period=period, action=action)
    policy = library.load(pack, names)
    models = _models(model, thresholds, policy)
    bad: list[BadLine] = []
    worst = CLEAR
    with opened(path) as lines:
        results = _checked(lines, path, usual, policy, models, bad)
        if format == "json":
            whole = list(results)
            say(machine.document(whole))
            worst = _exit_code(whole, fail_on)
        else:
            for result in results:
                say(machine.line(result))
                worst = max(worst, _exit_code([result], fail_on))
    return BAD_INPUT if bad else worst


def _checked(
    lines: Iterable[bytes], path: str, usual: Context, policy: Pack, models: Classifier | None, bad: list[BadLine]
) -> Iterator[Result]:
    """Each good line's result; bad lines are said on standard error as they come, and kept."""
    from postcheck.readers.jsonl import BadLine, read

    read_any = False
    for item in read(lines, path, usual):
        read_any = True
        if isinstance(item, Draft):
            try:
                yield check_draft(item, pack=policy, models=models)
                continue
            except InputError as error:
                item = BadLine(source=path, line=item.line or 0, reason=error.message)
        bad.append(item)
        warn(f"{item.source}:{item.line}: {item.reason}")
    if not read_any:
        raise InputError(f"{path} holds no posts", 'give one JSON object a line, each with a "text"')
    if bad:
        warn(f"{len(bad)} {'line' if len(bad) == 1 else 'lines'} could not be checked; the others were")


def rules_list(pack: str = DEFAULT_PACK) -> int:
    """Print every rule of a pack, by signal."""
    policy = library.load(pack)
    for code, kind in policy.signals.items():
        say(f"{code}  {kind.title}")
        for rule in policy.rules.values():
            if rule.signal == code:
                say(f"    {rule.id:34} {rule.title}")
    return CLEAR


def rules_show(name: str, pack: str = DEFAULT_PACK) -> int:
    """Print one rule, or one signal: what it means where, why, and the source."""
    from postcheck.render import pages

    policy = library.load(pack)
    wanted = {known.lower(): known for known in (*policy.rules, *policy.signals)}.get(name.lower())
    if wanted is None:
        raise InputError(f"no rule or signal {name!r} in {pack}", "see: postcheck rules list")
    if wanted in policy.signals:
        say(pages.signal(policy, wanted))
    else:
        say(pages.rule(policy, wanted, library.load_examples(pack)[wanted]))
    return CLEAR


def packs_list() -> int:
    """Print the packs that ship."""
    for name in library.shipped():
        pack = library.load(name)
        say(f"{pack.name}  {pack.version}  {len(pack.rules)} rules  sha256 {pack.sha256[:12]}\n    {pack.summary}")
    return CLEAR


def packs_check(path: str) -> int:
    """Load a pack strictly and prove its rules; print what is wrong."""
    from postcheck.proof import prove

    pack, examples = library.load(path), library.load_examples(path)
    wrong = list(prove(pack, examples))
    for line in wrong:
        say(line)
    texts = sum(len(own.flags) + len(own.passes) + len(own.misses) for own in examples.values())
    say(f"{pack.name} {pack.version}: {len(pack.rules)} rules, {texts} examples, {len(wrong)} wrong")
    return BAD_INPUT if wrong else CLEAR


def evaluate(
    path: str,
    *,
    pack: str = DEFAULT_PACK,
    model: str = "",
    thresholds: Sequence[str] = (),
    rules: bool = True,
    wrong: bool = False,
) -> int:
    """Print how well the findings agree with a file of labelled posts."""
    from postcheck import evaluation

    policy = library.load(pack)
    models = _models(model, thresholds, policy)
    if not rules and models is None:
        raise InputError("--no-rules with --model none leaves nothing to measure", "leave one of the two out")
    with opened(path) as lines:
        rows = list(lines)
    gold = list(_labelled(rows, path, policy))
    if not gold:
        raise InputError(f"{path} holds no posts", 'give one JSON object a line, each with a "text"')
    results = [check_draft(post.draft, pack=policy, models=models, rules=rules) for post in gold]
    if not any(b'"signals"' in row for row in rows):
        say(evaluation.share(results))
        return CLEAR
    figures = evaluation.evaluate(gold, results, policy)
    say(evaluation.table(figures))
    for name, want, got in figures.wrong if wrong else ():
        say(f"{name} {want.value} {got.value}")
    return CLEAR


def _labelled(lines: Iterable[bytes], path: str, policy: Pack) -> Iterator[Labelled]:
    import json

    from postcheck.evaluation import Labelled
    from postcheck.readers.jsonl import read

    rows = list(lines)
    for item in read(rows, path, Context()):
        if not isinstance(item, Draft):
            raise InputError(f"{path}:{item.line}: {item.reason}", "every labelled post must be readable")
        row = json.loads(rows[(item.line or 1) - 1].decode("utf-8-sig"))
        signals, unsettled = row.get("signals", {}), row.get("unsettled", [])
        where = f"{path}:{item.line}"
        if not isinstance(signals, dict) or not all(isinstance(spans, list) for spans in signals.values()):
            raise InputError(f'{where}: "signals" must be an object of lists', 'such as {"P2": ["Vote Labour"]}')
        for code in (*signals, *unsettled):
            if code not in policy.signals:
                raise InputError(f"{where}: unknown signal {code!r}", closest(str(code), policy.signals))
        yield Labelled(draft=item, signals=signals, unsettled=tuple(unsettled))


# ── in and out ───────────────────────────────────────────────────────────────────────────


def _context(**given: object) -> Context:
    try:
        return read_context(given)
    except InputError as error:
        raise InputError(f"--{error.message}", error.hint) from None


def _models(mode: str, thresholds: Sequence[str], policy: Pack) -> Classifier | None:
    """The models of a mode; `thresholds` are such as P3=0.9."""
    models, own = load_models(mode), {}
    for given in thresholds:
        code, _, words = given.partition("=")
        choose("--threshold", code, tuple(policy.signals))
        try:
            own[code] = float(words)
        except ValueError:
            own[code] = 0.0
        if not 0 < own[code] <= 1:
            raise InputError(f"--threshold: {given!r} gives no probability", f"such as {code}=0.9, above 0 and up to 1")
    return models.reporting_from(own) if models and own else models


def choose(option: str, value: str, choices: Sequence[str]) -> None:
    """Raise InputError where the option's value is none of the choices."""
    if value not in choices:
        raise InputError(f"{option}: unknown value {value!r}", closest(value, choices))


def _one_text(text: str | None, file: str | None) -> tuple[str | None, str]:
    """Where the draft came from, and the draft."""
    if (text is None) == (file is None):
        raise InputError(
            "give the draft once: in quotes, as --file FILE, or as - for standard input",
            'for example: postcheck check "Proud of our gritters tonight"',
        )
    if file is not None or text == "-":
        with opened(file or "-") as lines:
            return file, decoded(b"".join(lines), file or "standard input")
    if any("\udc80" <= char <= "\udcff" for char in str(text)):
        raise InputError(
            "the draft is not UTF-8 text", "put it into a file saved as UTF-8 and give that as --file FILE"
        )
    return None, str(text)


def _print_one(result: Result, format: str, *, why: bool) -> None:
    if format == "console":
        from postcheck.render import console

        say(encodable(console.render(result, width(), colour=coloured(), why=why)))
    else:
        from postcheck.render import machine

        say(machine.line(result, why=why) if format == "jsonl" else machine.document([result], why=why))


def _exit_code(results: Iterable[Result], fail_on: str) -> int:
    if fail_on == "never":
        return CLEAR
    bar = Level(fail_on).rank
    return FOUND if any(result.verdict.rank >= bar for result in results) else CLEAR
