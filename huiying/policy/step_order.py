"""Whether the steps of a procedure lead from its first to its last: nothing out of reach, nowhere a dead end."""

from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from huiying.procedure import Step


def order_mistakes(steps: Sequence[Step]) -> list[str]:
    """In Chinese, what is wrong with the order of these steps; where names are wrong, only that."""
    found = [*_name_mistakes(steps)]
    if not found:
        found = [*_circles(steps)]
    return found or [*_loose_ends(steps), *_untimely_outcomes(steps), *_idle_aheads(steps)]


def repeated(names: Iterable[str]) -> list[str]:
    """The names that stand more than once."""
    every = list(names)
    return sorted({name for name in every if every.count(name) > 1})


def _name_mistakes(steps: Sequence[Step]) -> Iterator[str]:
    known = {step.id for step in steps}
    outcomes = [outcome.id for step in steps for outcome in step.outcomes]
    for twice in repeated(step.id for step in steps):
        yield f"环节 {twice} 写了不止一次，请改名或删去一处"
    for twice in repeated(outcomes):
        yield f"去向 {twice} 写了不止一次，请改名或删去一处"
    for step in steps:
        for name in sorted(set(step.after) - known):
            yield f"环节 {step.id}：after 指的“{name}”不是本程序的环节"
        for name in sorted(set(step.only_for) - set(outcomes)):
            yield f"环节 {step.id}：only_for 指的“{name}”不是任何环节的去向，这个环节永远轮不到"


def _circles(steps: Sequence[Step]) -> Iterator[str]:
    try:
        TopologicalSorter({step.id: step.after for step in steps}).prepare()
    except CycleError as error:
        yield f"环节 {' → '.join(error.args[1])} 互为先后，谁也轮不到"


def _loose_ends(steps: Sequence[Step]) -> Iterator[str]:
    first, last = steps[0], steps[-1]
    followed = {name for step in steps for name in step.after}
    for step in steps:
        if not step.after and step is not first:
            yield f"环节 {step.id} 没有写 after，轮不到它；只有第一个环节 {first.id} 可以不写"
        if step.id not in followed and step is not last:
            yield f"环节 {step.id} 之后没有别的环节，办到这里就断了；应最终通到 {last.id}"


def _untimely_outcomes(steps: Sequence[Step]) -> Iterator[str]:
    by_id = {step.id: step for step in steps}
    for step in steps:
        decided = {outcome.id for name in _before(step, by_id) for outcome in by_id[name].outcomes}
        for name in sorted(set(step.only_for) - decided):
            yield f"环节 {step.id}：去向“{name}”要到它之后才决定，请调整 after 或 only_for"


def _idle_aheads(steps: Sequence[Step]) -> Iterator[str]:
    by_id = {step.id: step for step in steps}
    for step in steps:
        if not step.ahead:
            continue
        if not step.only_for:
            yield f"环节 {step.id}：总要办的环节不能写 ahead，它不等任何决定"
        for name in step.after:
            if not by_id[name].outcomes and not by_id[name].ahead:
                yield f"环节 {step.id}：之前的 {name} 不能先办，这里写 ahead 也轮不到它先办"


def _before(step: Step, by_id: dict[str, Step]) -> set[str]:
    found: set[str] = set()
    waiting = list(step.after)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(by_id[name].after)
    return found
