"""Heat: what raises it, in which words, and what never does."""

from datetime import timedelta
from typing import Any

import pytest

from huiying.concern import Concern, QuarterHour
from huiying.level import Level
from huiying.post import SourceKind, Tone
from responders.heat import DutyPast, Heat, main_duty, measure, quarter_hours_needed_since, settle
from tests.builders import NOON, make_concern
from tests.responders.office import small_policy

RULES = small_policy().heat
QUARTER = timedelta(minutes=15)
TWO_KINDS = {SourceKind.FORUM: 1, SourceKind.HOTLINE: 2}


def quarter(posts: int, ago: timedelta = timedelta(0)) -> QuarterHour:
    return QuarterHour(starts_at=NOON - ago, posts=posts, tones={Tone.NEGATIVE: posts})


def heat_of(concern: Concern, *quarters: QuarterHour) -> Heat:
    return measure(concern, quarters, RULES, NOON)


def of_posts(posts: int, **changes: Any) -> Concern:
    values: dict[str, Any] = {"posts": posts, "distinct_posts": posts, "tones": {Tone.NEGATIVE: posts}}
    return make_concern(**(values | changes))


def reason(heat: Heat, part: str) -> str:
    return next((each.text for each in heat.reasons if each.part == part), "")


def test_one_hotline_call_is_no_alert() -> None:
    assert heat_of(of_posts(1), quarter(1)).level is None


def test_three_posts_from_two_kinds_of_sources_are_blue() -> None:
    heat = heat_of(of_posts(3, sources=TWO_KINDS), quarter(3))

    assert heat.level is Level.BLUE
    assert reason(heat, "breadth") == "2类信源：论坛、热线"


def test_three_calls_to_the_hotline_alone_are_not_yet() -> None:
    assert heat_of(of_posts(3), quarter(3)).level is None


def test_eight_posts_in_an_hour_are_yellow() -> None:
    assert heat_of(of_posts(8), quarter(8)).level is Level.YELLOW


@pytest.mark.parametrize(("posts", "kinds", "level"), [(24, 1, Level.ORANGE), (40, 3, Level.RED)])
def test_a_burst_of_dozens_is_orange_or_red(posts: int, kinds: int, level: Level) -> None:
    sources = dict.fromkeys(list(SourceKind)[:kinds], posts)

    assert heat_of(of_posts(posts, sources=sources), quarter(posts)).level is level


def test_two_posts_that_tell_of_danger_to_life_are_orange_at_once() -> None:
    heat = heat_of(of_posts(2, urgencies={3: 2}), quarter(2))

    assert heat.level is Level.ORANGE
    assert reason(heat, "urgency") == "2条提到人身危险"


def test_one_post_elsewhere_that_tells_of_danger_waits_for_a_second_voice() -> None:
    social = {SourceKind.SOCIAL: 3}

    assert reason(heat_of(of_posts(1, urgencies={3: 1})), "urgency") == "1条提到人身危险"
    assert not reason(heat_of(of_posts(1, urgencies={3: 1}, sources=social)), "urgency")
    assert not reason(heat_of(of_posts(3, urgencies={3: 3}, sources=social, distinct_posts=1)), "urgency")
    assert reason(heat_of(of_posts(3, urgencies={3: 2}, sources=social)), "urgency") == "2条提到人身危险"


def test_a_few_misread_posts_in_a_large_matter_are_not_danger_to_life() -> None:
    heat = heat_of(of_posts(300, urgencies={1: 294, 3: 6}))

    assert not reason(heat, "urgency")


def test_a_slow_concern_reaches_blue_then_yellow_by_its_sum() -> None:
    assert heat_of(of_posts(12, sources=TWO_KINDS)).level is Level.BLUE
    assert heat_of(of_posts(40, sources=TWO_KINDS)).level is Level.YELLOW


def test_copies_of_one_text_do_not_add_to_the_sum() -> None:
    heat = heat_of(of_posts(50, distinct_posts=2))

    assert not reason(heat, "volume")


def test_a_concern_without_new_posts_for_days_cools() -> None:
    fresh = heat_of(of_posts(80))
    old = heat_of(of_posts(80, last_post_at=NOON - timedelta(days=4)))

    assert old.points == fresh.points / 2
    assert "已4天没有新帖" in reason(old, "volume")


def test_growth_is_told_against_the_concerns_own_past() -> None:
    past = [quarter(1, timedelta(hours=hour)) for hour in range(1, 25)]
    heat = heat_of(of_posts(36, sources=TWO_KINDS), quarter(12), *past)

    assert reason(heat, "growth") == "1小时12条，为前24小时均值的12倍"


def test_the_same_number_of_posts_is_no_growth_where_it_is_usual() -> None:
    past = [quarter(12, timedelta(hours=hour)) for hour in range(1, 25)]

    assert not reason(heat_of(of_posts(300), quarter(12), *past), "growth")


def test_posts_of_more_than_an_hour_ago_are_past() -> None:
    heat = heat_of(of_posts(20), quarter(20, timedelta(hours=1)))

    assert not reason(heat, "pace")


def test_tone_is_shown_and_never_weighted() -> None:
    angry = heat_of(of_posts(10), quarter(10))
    calm = heat_of(of_posts(10, tones={Tone.NEUTRAL: 10}), quarter(10))

    assert angry.points == calm.points
    assert reason(angry, "tone") == "语气：负面10条、中性0条、正面0条（只列出，不计分）"
    assert next(each.points for each in angry.reasons if each.part == "tone") == 0


def test_a_matter_of_food_safety_weighs_more() -> None:
    food = heat_of(of_posts(10, duties={19: 8.0}))
    other = heat_of(of_posts(10, duties={19: 0.5}))

    assert food.points - other.points == 8
    assert reason(food, "duty") == "涉及第19项职责：食品药品安全"


def test_a_duty_of_which_much_more_is_said_than_usual_lifts_its_concerns() -> None:
    past = DutyPast(number=17, last_day=26, daily_mean=5.0, days=7)
    concern = of_posts(6, duties={17: 4.2})
    lifted = measure(concern, [quarter(6)], RULES, NOON, past)

    assert reason(lifted, "duty_growth") == "第17项职责近24小时26条，为此前7天日均的5.2倍"
    assert lifted.points > heat_of(concern, quarter(6)).points


@pytest.mark.parametrize(("last_day", "daily_mean"), [(26, 20.0), (3, 0.2)])
def test_a_duty_as_busy_as_usual_or_hardly_spoken_of_lifts_nothing(last_day: int, daily_mean: float) -> None:
    past = DutyPast(number=17, last_day=last_day, daily_mean=daily_mean, days=7)

    assert not reason(measure(of_posts(6), [quarter(6)], RULES, NOON, past), "duty_growth")


def test_a_concern_is_measured_against_the_duty_it_touches_most_surely() -> None:
    assert main_duty(of_posts(6, duties={17: 4.2, 8: 2.0}), RULES) == 17
    assert main_duty(of_posts(6, duties={17: 0.6}), RULES) is None
    assert main_duty(of_posts(1, duties={17: 0.9}), RULES) is None


def test_the_heat_is_the_sum_of_its_reasons() -> None:
    concern = of_posts(30, sources=TWO_KINDS, urgencies={2: 4}, engagement=1500, attention=0.9, duties={18: 20.0})
    heat = heat_of(concern, quarter(30))

    assert heat.points == sum(each.points for each in heat.reasons)
    assert {each.part for each in heat.reasons} == {
        "volume", "pace", "growth", "breadth", "attention", "engagement", "urgency", "duty", "tone",
    }  # fmt: skip


def test_a_new_episode_counts_only_its_own_posts() -> None:
    began = NOON - timedelta(hours=2)
    concern = of_posts(200, episode=2, episode_began_at=began)
    heat = heat_of(concern, quarter(2), quarter(3, timedelta(hours=2)))

    assert reason(heat, "volume") == "本轮累计5条"


def test_danger_of_an_episode_that_is_over_is_not_told_again() -> None:
    social = {SourceKind.SOCIAL: 2}
    again = of_posts(2, episode=2, episode_began_at=NOON, urgencies={3: 2}, sources=social)

    assert reason(heat_of(of_posts(2, urgencies={3: 2}, sources=social), quarter(2)), "urgency")
    assert not reason(heat_of(again, quarter(1)), "urgency")


def test_danger_told_to_the_office_in_a_new_episode_of_a_long_concern_is_not_missed() -> None:
    concern = of_posts(10, episode=2, episode_began_at=NOON, urgencies={1: 9, 3: 1})

    assert reason(heat_of(concern, quarter(1)), "urgency") == "1条提到人身危险"


def test_a_long_episode_asks_for_the_whole_of_it() -> None:
    began = NOON - timedelta(days=9)

    assert quarter_hours_needed_since(of_posts(9, episode=2, episode_began_at=began), NOON) == began
    assert quarter_hours_needed_since(of_posts(9, episode_began_at=began), NOON) == NOON - timedelta(hours=25)


def at(points: float) -> Heat:
    return Heat(points=points, reasons=(), level=RULES.level_of(points))


def test_a_level_rises_at_once() -> None:
    assert settle(Level.BLUE, NOON, at(85), RULES, NOON) is Level.RED


def test_a_level_does_not_fall_before_it_has_stood_for_half_an_hour() -> None:
    assert settle(Level.RED, NOON - timedelta(minutes=29), at(30), RULES, NOON) is Level.RED
    assert settle(Level.RED, NOON - timedelta(minutes=30), at(30), RULES, NOON) is Level.BLUE


def test_a_level_does_not_fall_for_a_few_points() -> None:
    long_ago = NOON - timedelta(hours=5)

    assert settle(Level.ORANGE, long_ago, at(52), RULES, NOON) is Level.ORANGE
    assert settle(Level.ORANGE, long_ago, at(51.9), RULES, NOON) is Level.YELLOW


def test_an_open_alert_never_falls_below_blue() -> None:
    assert settle(Level.BLUE, NOON - timedelta(days=9), at(0), RULES, NOON) is Level.BLUE
