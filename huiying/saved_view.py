"""A saved view 视图: the filters of one list under a name, kept by somebody for themselves or for all."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from urllib.parse import parse_qsl, urlencode

from huiying.failures import NotAllowed
from huiying.permission import sees_all
from huiying.person import Person

_LONGEST_NAME = 30
_LONGEST_QUERY = 2_000
_OF_THE_MOMENT = frozenset({"cursor", "kept", "rows"})
"""Where one is in a list, and what a page says once, is no part of its filters."""


class ListPage(StrEnum):
    """A list whose filters can be kept; its value is the list's address."""

    QUEUE = "/queue"
    CONCERNS = "/concerns"
    TASKS = "/tasks"
    POSTS = "/posts"

    @property
    def label(self) -> str:
        """What the list is called."""
        return _LABELS[self]


_LABELS = {
    ListPage.QUEUE: "值班台",
    ListPage.CONCERNS: "事项",
    ListPage.TASKS: "任务",
    ListPage.POSTS: "检索",
}


def filters_of(query: str) -> str:
    """The filters of an address's query, one way of writing for one meaning: without what is empty, and in order."""
    pairs = parse_qsl(query, errors="replace", max_num_fields=50)
    return urlencode(sorted((name, value) for name, value in pairs if value and name not in _OF_THE_MOMENT))


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedView:
    """One name for one list's filters. Of one person, list and name there is one; saving again replaces it."""

    id: str
    owner: str
    owner_name: str
    bureau: str | None
    page: ListPage
    name: str
    filters: str
    shared: bool
    at: datetime

    @classmethod
    def of(cls, by: Person, page: ListPage, name: str, query: str, *, shared: bool, at: datetime) -> Self:
        """A view as a person asks for it; refused where it has no name or is too long."""
        name = "".join(filter(str.isprintable, " ".join(name.split())))
        if not name:
            raise NotAllowed("请给视图起个名称，如“水务负面”")
        if len(name) > _LONGEST_NAME:
            raise NotAllowed(f"视图名称最多 {_LONGEST_NAME} 字，现有 {len(name)} 字，请缩短")
        try:
            filters = filters_of(query)
        except ValueError:
            raise NotAllowed("筛选条件太多，存不成视图，请先减少几项") from None
        if len(filters) > _LONGEST_QUERY:
            raise NotAllowed("筛选条件过长，存不成视图，请缩短词句")
        return cls(
            id=hashlib.sha256(f"{by.id}\0{page.value}\0{name}".encode()).hexdigest()[:16],
            owner=by.id,
            owner_name=by.name,
            bureau=by.bureau,
            page=page,
            name=name,
            filters=filters,
            shared=shared,
            at=at,
        )

    @property
    def address(self) -> str:
        """Where it is opened."""
        return f"{self.page.value}?{self.filters}" if self.filters else self.page.value

    def is_for(self, person: Person) -> bool:
        """Whether somebody is shown it: their own, and what colleagues share; a unit is shown its own people's only,
        because filters may name other units' matters."""
        if self.owner == person.id:
            return True
        return self.shared and (sees_all(person) or (self.bureau is not None and self.bureau == person.bureau))
