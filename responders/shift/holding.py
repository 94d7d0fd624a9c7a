"""The first holding statement 首次回应口径: what can be said before anything is verified; the rest is blanks."""

from datetime import datetime

from huiying.clock import BEIJING
from huiying.concern import Concern
from huiying.paper import BLANK, Line


def holding_statement(concern: Concern, lead: str, due_at: datetime | None) -> tuple[Line, ...]:
    """Its sentences. Nothing in them states as a fact what people say; `lead` is a bureau's full name or empty."""
    who = lead or BLANK
    return (
        Line(name="关注", text=f"我们注意到{_since(concern)}以来有关“{concern.title}”的反映，对此高度重视。"),
        Line(
            name="正在做", text=f"已要求{who}核实有关情况。目前已采取的措施：{BLANK}（核实后填写，没有的删去本句）。"
        ),
        Line(name="后续", text=f"核实结果和处置进展，将于{_by(due_at)}前通过{BLANK}向社会公布。"),
        Line(name="提醒", text=f"请以{who}公布的信息为准。咨询电话：{BLANK}。"),
    )


def _since(concern: Concern) -> str:
    local = min(concern.first_post_at, concern.found_at).astimezone(BEIJING)
    return f"{local.month}月{local.day}日"


def _by(due_at: datetime | None) -> str:
    if due_at is None:
        return BLANK
    local = due_at.astimezone(BEIJING)
    return f"{local.month}月{local.day}日{local.hour}时{local.minute:02d}分"
