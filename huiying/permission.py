"""Who may do what: the one table of roles and actions that screens, the API and the responders all ask.

The roles are the office's own setting (本单位自定): no rule says how a city divides this work, except that an answer
needs a review of its own before it is public (条例第十七条；保密法第三十五条).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from huiying.failures import NotAllowed
from huiying.person import SYSTEM, Person, Role, Signed


class Action(StrEnum):
    """Everything that a person does in the office."""

    VIEW_MATTERS = "view-matters"
    HANDLE_ALERTS = "handle-alerts"
    CORRECT_JUDGEMENTS = "correct-judgements"
    REGISTER_CONCERN = "register-concern"
    KEEP_DUTY_LOG = "keep-duty-log"
    APPRAISE = "appraise"
    DO_STEP = "do-step"
    RECORD_EVENT_LEVEL = "record-event-level"
    ASSIGN = "assign"
    SIGN_IN_TASK = "sign-in-task"
    HANDLE_TASK = "handle-task"
    RETURN_TASK = "return-task"
    DECIDE_RETURN = "decide-return"
    ASK_EXTENSION = "ask-extension"
    DECIDE_EXTENSION = "decide-extension"
    HAND_DOWN = "hand-down"
    WRITE_FINDING = "write-finding"
    SIGN_FINDING = "sign-finding"
    REPORT_UPWARD = "report-upward"
    SUPERVISE = "supervise"
    INSTRUCT = "instruct"
    CIRCULATE = "circulate"
    DRAFT = "draft"
    CHECK_CONTENT = "check-content"
    REVIEW_RELEASE = "review-release"
    SIGN = "sign"
    PUBLISH = "publish"
    EVALUATE = "evaluate"
    FILE = "file"
    ANSWER_PERSONAL_REQUESTS = "answer-personal-requests"
    TRY_CHANNELS = "try-channels"
    EXPORT = "export"
    VIEW_SOURCES = "view-sources"
    MANAGE_USERS = "manage-users"
    CONFIGURE = "configure"
    READ_AUDIT = "read-audit"

    @property
    def label(self) -> str:
        """What is done, in words of the office."""
        return _LABELS[self]


_LABELS = {
    Action.VIEW_MATTERS: "查看舆情事项",
    Action.HANDLE_ALERTS: "处理预警（知悉、静默、关闭）",
    Action.CORRECT_JUDGEMENTS: "更正判断",
    Action.REGISTER_CONCERN: "手工登记",
    Action.KEEP_DUTY_LOG: "记值班日志和电话记录",
    Action.APPRAISE: "研判",
    Action.DO_STEP: "办理程序的环节（由程序写明的角色）",
    Action.RECORD_EVENT_LEVEL: "记录事件级别",
    Action.ASSIGN: "明确责任单位、交办",
    Action.SIGN_IN_TASK: "签收",
    Action.HANDLE_TASK: "开始办理、移交经办人",
    Action.RETURN_TASK: "申请退回",
    Action.DECIDE_RETURN: "审核退回、改派",
    Action.ASK_EXTENSION: "申请延期",
    Action.DECIDE_EXTENSION: "批准延期",
    Action.HAND_DOWN: "二级转办",
    Action.WRITE_FINDING: "填核查处置情况反馈",
    Action.SIGN_FINDING: "签核查处置情况反馈",
    Action.REPORT_UPWARD: "登记首报、续报、终报",
    Action.SUPERVISE: "催办、督办",
    Action.INSTRUCT: "批示",
    Action.CIRCULATE: "圈阅",
    Action.DRAFT: "起草回应稿",
    Action.CHECK_CONTENT: "审核会签",
    Action.REVIEW_RELEASE: "公开审查（含保密审查）",
    Action.SIGN: "签发",
    Action.PUBLISH: "发布",
    Action.EVALUATE: "评估",
    Action.FILE: "归档",
    Action.ANSWER_PERSONAL_REQUESTS: "办理个人信息请求",
    Action.TRY_CHANNELS: "试发通知",
    Action.EXPORT: "导出、打印",
    Action.VIEW_SOURCES: "查看信源情况",
    Action.MANAGE_USERS: "管理用户",
    Action.CONFIGURE: "修改配置",
    Action.READ_AUDIT: "查阅审计",
}

_OFFICE = frozenset({Role.OFFICER})
_UNIT = frozenset({Role.HANDLER, Role.BUREAU_HEAD})

ALLOWED: Mapping[Action, frozenset[Role]] = {
    Action.VIEW_MATTERS: frozenset(Role) - {Role.ADMINISTRATOR},
    Action.HANDLE_ALERTS: _OFFICE,
    Action.CORRECT_JUDGEMENTS: _OFFICE,
    Action.REGISTER_CONCERN: _OFFICE,
    Action.KEEP_DUTY_LOG: _OFFICE,
    Action.APPRAISE: _OFFICE,
    Action.DO_STEP: frozenset(Role) - {Role.ADMINISTRATOR, Role.AUDITOR},
    Action.RECORD_EVENT_LEVEL: _OFFICE | {Role.LEADER},
    Action.ASSIGN: _OFFICE,
    Action.SIGN_IN_TASK: _UNIT,
    Action.HANDLE_TASK: _UNIT,
    Action.RETURN_TASK: _UNIT,
    Action.DECIDE_RETURN: _OFFICE,
    Action.ASK_EXTENSION: _UNIT,
    Action.DECIDE_EXTENSION: _OFFICE | {Role.LEADER},
    Action.HAND_DOWN: _UNIT,
    Action.WRITE_FINDING: _UNIT,
    Action.SIGN_FINDING: frozenset({Role.BUREAU_HEAD}),
    Action.REPORT_UPWARD: _OFFICE | _UNIT,
    Action.SUPERVISE: _OFFICE | {Role.SUPERVISOR, Role.LEADER},
    Action.INSTRUCT: frozenset({Role.LEADER}),
    Action.CIRCULATE: frozenset({Role.LEADER}),
    Action.DRAFT: _OFFICE | _UNIT,
    Action.CHECK_CONTENT: frozenset({Role.CHECKER}),
    Action.REVIEW_RELEASE: frozenset({Role.REVIEWER}),
    Action.SIGN: frozenset({Role.SIGNER}),
    Action.PUBLISH: _OFFICE,
    Action.EVALUATE: _OFFICE | {Role.SUPERVISOR},
    Action.FILE: _OFFICE,
    Action.ANSWER_PERSONAL_REQUESTS: _OFFICE | {Role.ADMINISTRATOR},
    Action.TRY_CHANNELS: _OFFICE | {Role.ADMINISTRATOR},
    Action.EXPORT: frozenset(Role) - {Role.ADMINISTRATOR},
    Action.VIEW_SOURCES: frozenset(Role),
    Action.MANAGE_USERS: frozenset({Role.ADMINISTRATOR}),
    Action.CONFIGURE: frozenset({Role.ADMINISTRATOR}),
    Action.READ_AUDIT: frozenset({Role.AUDITOR}),
}
"""The roles that may do each thing."""


def role_for(person: Person, action: Action, *, bureaus: tuple[str | None, ...] = ()) -> Role | None:
    """The role in which this person may do this to a matter of these bureaus; None where they may not."""
    if not _in_scope(person, action):
        return None
    roles = sorted(person.roles & ALLOWED[action], key=lambda role: role.within_unit)
    return next((role for role in roles if not role.within_unit or person.bureau in bureaus), None)


def must_may(person: Person, action: Action, now: datetime, *, bureaus: tuple[str | None, ...] = ()) -> Signed:
    """The person's name in the role in which they may do this; `NotAllowed` says who may instead.

    What the system does by itself (`SYSTEM`) is allowed where its caller does it: no person comes in by that name.
    """
    role = role_for(person, action, bureaus=bureaus)
    if role is None and person is not SYSTEM:
        raise NotAllowed(_refusal(person, action, bureaus))
    return Signed(person=person.id, name=person.name, role=role, bureau=person.bureau, at=now)


def able(person: Person, action: Action) -> bool:
    """Whether this person may do this to any matter at all: what a screen offers, and what a route lets in."""
    return _in_scope(person, action) and bool(person.roles & ALLOWED[action])


def must_be_able(person: Person, action: Action) -> None:
    """Raise `NotAllowed`, which says who may, unless this person may do this to some matter."""
    if not able(person, action):
        raise NotAllowed(_refusal(person, action, ()))


def sees_all(person: Person) -> bool:
    """Whether every matter is open to this person, and not only those of their own unit."""
    return role_for(person, Action.VIEW_MATTERS) is not None


def must_see(person: Person, bureaus: tuple[str | None, ...]) -> None:
    """Raise `NotAllowed` unless a matter of these bureaus is open to this person."""
    if role_for(person, Action.VIEW_MATTERS, bureaus=bureaus) is None:
        raise NotAllowed(_refusal(person, Action.VIEW_MATTERS, bureaus))


def _in_scope(person: Person, action: Action) -> bool:
    """A program may do no more than its token says, wherever its person is asked for."""
    return person.only is None or action in person.only


def _refusal(person: Person, action: Action, bureaus: tuple[str | None, ...]) -> str:
    if person.roles & ALLOWED[action] and not _in_scope(person, action):
        return f"这个程序口令没有许可{action.label}，请系统管理员另发"
    others = "、".join(role.label for role in Role if role in ALLOWED[action])
    if person.roles & ALLOWED[action]:
        whose = "、".join(bureau for bureau in bureaus if bureau) or "尚未明确的单位"
        return (
            f"{person.name}只能办理本单位（{person.bureau or '未设置'}）的事项，这一件属于{whose}，不能{action.label}"
        )
    has = "、".join(role.label for role in Role if role in person.roles) or "没有任何角色"
    return f"{person.name}（{has}）不能{action.label}，可以办的是：{others}"
