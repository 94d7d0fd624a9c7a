"""A procedure as a page of Markdown for people: its steps, the way between them as a diagram, and every clock."""

from collections.abc import Iterator, Mapping, Sequence

from huiying.procedure import ClockRule, Condition, Effect, Procedure, Regime, Step, Term, Told, Unit

_UNITS = {Unit.HOURS: "小时", Unit.WORKING_DAYS: "个工作日", Unit.CALENDAR_DAYS: "日"}
_MARKS = (
    "依据的可靠程度：P 法律法规或文件全文核对过；O 政府网站摘录；N 新闻媒体引述；M 第三方转载；"
    "U 本单位自定，不是法定。"
)


def procedures_as_markdown(procedures: Mapping[str, Procedure]) -> str:
    """Every procedure of an office, in the order of their ids."""
    parts = [_HEAD, *("\n".join(_procedure(procedures[name])) for name in sorted(procedures))]
    return "\n".join(parts) + "\n"


_HEAD = """# 办理程序

本页由 `huiying procedures` 从 `config/procedures/` 生成，不要手改：改程序文件，再生成一次。
"""


def _procedure(procedure: Procedure) -> Iterator[str]:
    yield f"## {procedure.title}（{procedure.id}，第 {procedure.version} 版）"
    yield ""
    yield from _diagram(procedure.steps)
    yield ""
    yield "### 环节"
    yield ""
    yield "| 环节 | 谁办 | 之前须办完 | 只在这些去向时办 | 可得出的去向 | 文书 | 说明 |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_step(step, procedure.steps) for step in procedure.steps)
    yield ""
    yield "“之前须办完”的环节，按去向不须办的，不必等。"
    yield "可以先办的环节不等决定去向的环节；之后定的去向不需要它的，任务随之关闭。"
    yield ""
    yield "### 时限"
    yield ""
    yield f"{_MARKS}对外时限约束公开回应，延期、退回、并单都不移动它；对内时限是本单位给自己定的。"
    yield ""
    yield "| 时限 | 对外或对内 | 起点 | 制度 | 长度 | 依据 | 可靠程度 |"
    yield "|---|---|---|---|---|---|---|"
    for clock in procedure.clocks:
        yield from _clock(clock, {one.step: one.title for one in procedure.clocks})
    yield ""
    yield "| 时限 | 到哪里停走 | 超时告知 | 可以停走、重新起算的情形 |"
    yield "|---|---|---|---|"
    for clock in procedure.clocks:
        yield _end(clock, {step.id: step.title for step in procedure.steps})
    yield ""
    yield "### 归档"
    yield ""
    yield f"保管期限（本单位自定）：{'、'.join(term.title for term in procedure.archive_terms)}。"


def _step(step: Step, steps: Sequence[Step]) -> str:
    cells = (
        step.title,
        step.who,
        "、".join(one.title for one in steps if one.id in step.after),
        "、".join(_outcome_titles(steps, step.only_for)),
        "、".join(f"{one.title}（须写明理由）" if one.reasoned else one.title for one in step.outcomes),
        "、".join(step.papers),
        "；".join(_remarks(step)),
    )
    return f"| {' | '.join(_cell(words) for words in cells)} |"


def _remarks(step: Step) -> Iterator[str]:
    if step.ahead:
        yield "可以先办"
    if step.marks:
        yield f"办完时确定“{step.marks.label}”时刻"
    if step.told_as is not Told.DONE:
        yield f"全程记录中为“{step.told_as.label}”"
    if step.form:
        yield _form_words(step)


def _form_words(step: Step) -> str:
    fields = "、".join(f"{field.title}{'（必填）' if field.required else ''}" for field in step.form)
    return f"填写：{fields}，由{'、'.join(role.label for role in step.roles)}填"


def _end(clock: ClockRule, steps: Mapping[str, str]) -> str:
    end = f"办完“{steps[clock.ends_with]}”" if clock.ends_with else f"登记“{clock.ends_when}”"
    late = "、".join(role.label for role in clock.late)
    grounds = "；".join(f"{one.title}（{_EFFECTS[one.effect]}，{one.basis}）" for one in clock.interruptions)
    return f"| {_cell(clock.title)} | {_cell(end)} | {late or '—'} | {_cell(grounds) or '没有'} |"


_EFFECTS = {Effect.PAUSES: "停走", Effect.RESTARTS: "重新起算"}


def _clock(clock: ClockRule, titles: Mapping[str, str]) -> Iterator[str]:
    start = clock.starts_from.label if clock.starts_from else f"从“{titles[clock.before or '']}”的终点往回数"
    start += f"（不详时：{clock.otherwise.label}）" if clock.otherwise else ""
    start += "；须先认定为特别重大、重大突发事件" if clock.when is Condition.MAJOR else ""
    for regime in Regime:
        term = clock.terms[regime]
        basis = f"[{_cell(term.basis)}]({term.link})" if term.link else _cell(term.basis)
        cells = (clock.title, "对外" if clock.outward else "对内", start, _REGIMES[regime], _length(term))
        yield f"| {' | '.join(_cell(words) for words in cells)} | {basis} | {term.mark} |"


_REGIMES = {Regime.THEN: "2014 年", Regime.CURRENT: "现行"}


def _length(term: Term) -> str:
    if term.amount is None:
        return "及时"
    unit = _UNITS[term.unit]
    levels = [f"{level.label} {amount:g}" for level, amount in term.at_alert_level.items()]
    levels += [f"舆情等级{level.label} {amount:g}" for level, amount in term.at_opinion_level.items()]
    return f"{term.amount:g} {unit}" + (f"（{'、'.join(levels)}）" if levels else "")


def _diagram(steps: Sequence[Step]) -> Iterator[str]:
    yield "```mermaid"
    yield "flowchart TD"
    for step in steps:
        yield f'    {step.id}["{step.title}"]' if not step.outcomes else f'    {step.id}{{"{step.title}"}}'
    by_id = {step.id: step for step in steps}
    for step in steps:
        for name in step.after:
            label = "、".join(_outcome_titles(steps, _taken_by(by_id[name], step, steps)))
            yield f'    {name} -->|"{label}"| {step.id}' if label else f"    {name} --> {step.id}"
    yield "```"


def _taken_by(here: Step, there: Step, steps: Sequence[Step]) -> Sequence[str]:
    """The outcomes by which one goes from here to there; empty where one always does."""
    open_here = [outcome.id for outcome in here.outcomes] or list(here.only_for)
    beside = {name for step in steps if here.id in step.after and step is not there for name in step.only_for}
    wanted = [name for name in open_here if name in there.only_for or (not there.only_for and name not in beside)]
    taken = [name for name in wanted if name not in beside] or wanted
    return [] if taken == open_here else taken


def _outcome_titles(steps: Sequence[Step], ids: Sequence[str]) -> list[str]:
    return [outcome.title for step in steps for outcome in step.outcomes if outcome.id in ids]


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")
