"""The pages that say why, and what an officer corrects there: of a post, and of a concern as a whole."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from console.acting import Acting
from console.admitting import needs, reads_evidence
from console.corrections import in_words, read_said
from console.excerpts import Excerpt, plain_excerpts
from console.forms import Fields, read_fields
from console.judgements import view_judgements, view_post
from console.office import ConsoleOffice
from console.reasons import view_reasons_of
from console.rendering import Pages, frame
from console.seeing import found_concern, limited_to
from huiying.concern import Concern
from huiying.failures import NotAllowed, Stale
from huiying.permission import Action
from huiying.person import Person
from huiying.post import ArchivedPost
from huiying.register.register import Transaction

_ON_ONE_PAGE = 60
_TOO_LATE = "刚才有别的变更，没有办成。以下是最新情况，请再按一次"

Form = Annotated[Fields, Depends(read_fields)]
Answer = HTMLResponse | RedirectResponse


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitView:
    """The page on which posts are chosen that belong elsewhere."""

    concern: Concern
    posts: tuple[Excerpt, ...]
    cut: bool


def correcting_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/posts/{id}/why`, `/concerns/{id}/why`, and every correction."""
    routes = APIRouter(include_in_schema=False)
    _post_routes(routes, office, pages)
    _concern_routes(routes, office, pages)
    _split_routes(routes, office, pages)
    return routes


def _post_routes(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.get("/posts/{post}/why", dependencies=reads_evidence())
    def why(post: str) -> HTMLResponse:
        archived = _kept(office, post)
        with office.register.reading() as tx:
            view = view_post(tx, archived, office, office.clock.now())
            return pages.html("post.html", post=view, judgements=view.judgements, frame=frame(tx, office, "posts"))

    @routes.get("/posts/{post}/judgements", dependencies=reads_evidence())
    def judgements(post: str) -> HTMLResponse:
        archived = _kept(office, post)
        with office.register.reading() as tx:
            view = view_judgements(tx, archived, office, office.clock.now())
            return pages.html("_judgements.html", judgements=view, alone=False)

    @routes.post("/posts/{post}/correct", dependencies=needs(Action.CORRECT_JUDGEMENTS))
    def correct(post: str, form: Form, by: Acting) -> HTMLResponse:
        archived = _kept(office, post)
        done, status = _correct(office, archived, form, by)
        now = office.clock.now()
        with office.register.reading() as tx:
            view = view_judgements(tx, archived, office, now, done)
            [excerpt] = plain_excerpts([archived], office, now, tx.corrections.of_posts([post]))
            return pages.html("_corrected.html", status=status, judgements=view, post=excerpt, alone=False)


def _correct(office: ConsoleOffice, archived: ArchivedPost, form: Fields, by: Person) -> tuple[str, int]:
    try:
        judgement, said = read_said(form, office)
        new = office.correcting.correct(archived, {judgement: said}, by=by, note=form["note"])
    except NotAllowed as refusal:
        return str(refusal), 409
    except Stale:
        return _TOO_LATE, 409
    words = in_words(judgement, said, office)
    if not new:
        return f"{judgement.label}已经记为 {words}，没有重复登记", 200
    verb = "更正为" if new[0].changed else "确认为"
    return f"已记：{judgement.label}{verb} {words}。从现在起按它计，下次训练也会学它", 200


def _concern_routes(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.get("/concerns/{concern}/why", response_model=None, dependencies=reads_evidence())
    def why(concern: str) -> HTMLResponse:
        with office.register.reading() as tx:
            found = found_concern(tx, concern)
            view = view_reasons_of(tx, found, office, office.clock.now())
            return pages.html("concern_why.html", concern=view, frame=frame(tx, office, "concerns"))

    @routes.post("/concerns/{concern}/lead", response_model=None, dependencies=needs(Action.ASSIGN))
    def lead(concern: str, form: Form, by: Acting) -> Answer:
        if form["bureau"] not in office.bureau_names:
            raise NotAllowed("请选定牵头单位")
        return _to(office.assigning.correct_lead(concern, form["bureau"], reason=form["note"], by=by).id)

    @routes.post("/concerns/{concern}/merge", response_model=None, dependencies=needs(Action.CORRECT_JUDGEMENTS))
    def merge(concern: str, form: Form, by: Acting) -> Answer:
        _must_have_reason(form, "并入")
        with office.register.reading() as tx:
            winner = _numbered(tx, form["number"], found_concern(tx, concern))
        return _to(office.correcting.merge(concern, winner.id, by=by, note=form["note"]).id)


def _split_routes(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.get("/concerns/{concern}/split", response_model=None, dependencies=reads_evidence())
    def choose(concern: str) -> HTMLResponse:
        now = office.clock.now()
        with office.register.reading() as tx:
            found = found_concern(tx, concern)
            fates = tx.posts.of_concern(found.id, limit=_ON_ONE_PAGE)
            kept = office.archive.get([fate.id for fate in fates])
            posts = [kept[fate.id] for fate in fates if fate.id in kept]
            excerpts = plain_excerpts(posts, office, now, tx.corrections.of_posts(kept))
            view = SplitView(concern=found, posts=excerpts, cut=found.posts > len(posts))
            return pages.html("split.html", split=view, frame=frame(tx, office, "concerns"))

    @routes.post("/concerns/{concern}/split", response_model=None, dependencies=needs(Action.CORRECT_JUDGEMENTS))
    def split(concern: str, form: Form, by: Acting) -> Answer:
        ticked = form.all("post")
        with office.register.reading() as tx:
            whole = found_concern(tx, concern)
        _must_leave_some(whole, ticked)
        _must_have_reason(form, "拆分")
        chosen = office.archive.get(ticked)
        part = office.correcting.split(whole.id, list(chosen.values()), by=by, note=form["note"])
        return _to(part.id)


def _to(concern: str) -> RedirectResponse:
    return RedirectResponse(f"/concerns/{quote(concern, safe='')}", status_code=303)


def _must_leave_some(whole: Concern, ticked: tuple[str, ...]) -> None:
    if not ticked:
        raise NotAllowed("请先勾选要拆出去的帖文")
    if len(ticked) >= whole.posts:
        raise NotAllowed("至少要留下一条：全部拆出去还是同一件事")


def _must_have_reason(form: Fields, move: str) -> None:
    if not form["note"].strip():
        raise NotAllowed(f"{move}须写明理由")


def _kept(office: ConsoleOffice, post: str) -> ArchivedPost:
    archived = office.archive.get([post]).get(post)
    if archived is None:
        raise HTTPException(404, "没有这条帖文：超过保存期限的已删除，或属于另一个数据目录")
    with office.register.reading() as tx:
        _must_see_post(tx, post)
    return archived


def _must_see_post(tx: Transaction, post: str) -> None:
    if limited_to() is None:
        return
    fate = tx.posts.fates([post]).get(post)
    if fate is None or fate.concern is None:
        raise NotAllowed("这条帖文没有归入本单位的事项，由值班室查看")
    found_concern(tx, fate.concern)


def _numbered(tx: Transaction, number: str, loser: Concern) -> Concern:
    winner = tx.concerns.numbered(number.strip())
    winner = tx.concerns.resolve(winner.id) if winner else None
    if winner is None:
        raise NotAllowed(f"没有编号为“{number.strip()}”的事项，编号形如 {loser.number}")
    if winner.id == loser.id:
        raise NotAllowed("这就是本事项的编号，请填另一个事项的")
    return winner
