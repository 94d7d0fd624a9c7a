"""How many posts of 100 characters a core judges, and what share of it is the bare matrix product (DESIGN §8).

Run: OMP_NUM_THREADS=1 python -m benchmarks.judge
"""

import platform
import resource
import sys
import time
from pathlib import Path

import numpy as np

from consumers.judging.judge import Judge
from consumers.judging.model import SHIPPED
from consumers.training.speed import BATCH, seconds_of_judging, seconds_of_product
from huiying.policy.city import read_city
from huiying.policy.directory import read_bureaus, read_duties
from huiying.policy.lexicon import read_lexicon

_POSTS, _LENGTH = 20_000, 100
_PIECES = (
    "小区自来水发黄已经三天",
    "物业说不归他们管",
    "孩子放学路口没有红绿灯",
    "早上等公交车等了四十分钟",
    "工地半夜施工吵得睡不着",
    "请问公积金提取需要什么材料",
    "楼下烧烤摊油烟太大",
    "学校门口乱停车",
    "希望尽快修好路灯",
    "今天天气不错出去走走",
    "新来的邻居很热情",
    "停暖以后室温只有十五度",
    "医院挂号排队两小时",
    "感谢社区工作人员帮忙",
    "拖欠工资已经四个月",
    "广场上的喷泉开了",
    "晚饭吃了饺子",
    "电影真好看",
    "拆迁补偿标准没有公示",
    "菜市场旁边垃圾没人清",
)


def main() -> None:
    """Measure and print."""
    started = time.perf_counter()
    config = Path(__file__).parent.parent / "config"
    bureaus = read_bureaus(config)
    duties, lexicon, city = read_duties(config, bureaus), read_lexicon(config), read_city(config)
    configured = time.perf_counter()
    judge = Judge.load(bureaus=bureaus, duties=duties, lexicon=lexicon, city=city)
    loaded = time.perf_counter()
    texts = _texts()
    judge.assess(texts[:BATCH])
    whole = seconds_of_judging(judge, texts)
    bare = seconds_of_product(judge, texts)
    size = sum(file.stat().st_size for file in SHIPPED.iterdir()) / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    machine = platform.processor() or platform.machine()
    print(f"machine   {machine}, Python {sys.version.split()[0]}, numpy {np.__version__}")
    print(f"loading   {configured - started:.2f} s configuration, {loaded - configured:.2f} s model and words")
    print(f"weights   {size:.1f} MB (wanted: 10)")
    print(f"judge     {len(texts) / whole:,.0f} posts/s of {_LENGTH} characters (wanted: 5,000)")
    print(f"product   {len(texts) / bare:,.0f} posts/s for adding the rows of weights alone")
    print(f"ratio     {bare / whole:.2f} of the time is the bare product")
    print(f"memory    {memory:.0f} MB at most (wanted: 300)")


def _texts() -> list[str]:
    generator = np.random.default_rng(1)
    texts = []
    for _ in range(_POSTS):
        order = generator.permutation(len(_PIECES))
        texts.append("，".join(_PIECES[at] for at in order)[:_LENGTH])
    return texts


if __name__ == "__main__":
    main()
