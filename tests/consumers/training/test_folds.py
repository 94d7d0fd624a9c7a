"""Near-duplicates never stand on both sides of a test."""

import numpy as np

from consumers.training.folds import near_duplicates, spread

LAMP = "西岗区的路灯已经坏了三天，我打过两次电话，反映多次也没有人来处理，希望有关部门尽快解决"
OTHERS = (
    "公积金贷款结清以后，抵押注销要去哪个窗口，需要带什么材料",
    "小学门口早晚高峰堵得水泄不通，孩子过马路太危险了",
    "去年冬天暖气不热，室温只有十五度，供热公司说管道老化",
    "某某建筑公司拖欠我们班组工资八个月，过年都没钱回家",
    "河边的养殖场把粪水直接排进河里，夏天臭得不敢开窗",
)


def test_copies_of_a_text_share_a_fold() -> None:
    texts = [LAMP, *OTHERS]
    folds = spread(near_duplicates([*texts, *texts, *(text + "！！" for text in texts)]), 5, seed=3)
    assert (folds.reshape(3, -1) == folds[: len(texts)]).all()


def test_a_text_is_known_again_when_a_word_changes_and_when_it_is_cut_or_loses_its_stop_words() -> None:
    changed = LAMP.replace("三天", "半个多月").replace("西岗区", "中山区")
    cut = LAMP[:26]
    segmented = "西岗区 路灯 坏 三天 打 两次 电话 反映 多次 没有 人来 处理 希望 有关部门 尽快 解决"
    group = near_duplicates([*OTHERS, LAMP, changed, cut, segmented], without_stop_words=True)
    assert len(set(group[len(OTHERS) :].tolist())) == 1
    group = near_duplicates([*OTHERS, LAMP, changed])
    assert len(set(group[len(OTHERS) :].tolist())) == 1


def test_texts_about_different_things_stay_apart() -> None:
    assert len(set(near_duplicates([*OTHERS, LAMP]).tolist())) == len(OTHERS) + 1


def test_a_text_that_was_passed_on_by_many_is_one_group() -> None:
    passed_on = [f"转发第{number}楼：{LAMP}{'赞怒哭笑'[number % 4] * (number % 7)}" for number in range(300)]
    assert len(set(near_duplicates(passed_on).tolist())) == 1


def test_short_exclamations_are_not_one_text_because_they_have_a_word_in_common() -> None:
    short = ["武汉加油", "加油呀", "中国加油！！", "武汉的樱花", "我爱武汉", "加油站在哪"]
    assert len(set(near_duplicates(short).tolist())) == len(short)


def test_texts_of_one_character_and_of_none_are_no_trouble() -> None:
    assert len(near_duplicates(["", "顶", LAMP])) == 3


def test_the_same_seed_gives_the_same_folds_and_another_seed_others() -> None:
    texts = [chr(0x4E00 + 7 * number) * 2 + chr(0x5E00 + 11 * number) * 3 for number in range(50)]
    group = near_duplicates(texts)
    assert (spread(group, 5, seed=1) == spread(group, 5, seed=1)).all()
    assert (spread(group, 5, seed=1) != spread(group, 5, seed=2)).any()
    assert np.bincount(spread(group, 5, seed=1)).min() > 0
