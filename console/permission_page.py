"""The matrix of roles and actions as a page: `docs/permissions.md` is what this prints."""

from huiying.permission import ALLOWED, Action
from huiying.person import Role

_HEAD = """# Who may do what

Printed by `huiying users matrix` from `huiying/permission.py`; a test keeps this page current. The division is the
office's own (本单位自定). ● everywhere; ○ only for matters of the person's own
unit: as lead, as co-handler or by a task.
"""


def permissions_as_markdown() -> str:
    """Every action beside every role."""
    roles = list(Role)
    names = " | ".join(f"{role.label} `{role.value}`" for role in roles)
    lines = [_HEAD, f"| action | 事项 | {names} |", f"|---|---|{'---|' * len(roles)}"]
    lines += [
        f"| `{action.value}` | {action.label} | {' | '.join(_cell(role, action) for role in roles)} |"
        for action in Action
    ]
    return "\n".join(lines) + "\n"


def _cell(role: Role, action: Action) -> str:
    if role not in ALLOWED[action]:
        return " "
    return "○" if role.within_unit else "●"
