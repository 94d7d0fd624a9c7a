"""Article text on real news pages: F1 against hand-cleaned texts, right encodings, and pages per second and core.

    python -m benchmarks.article_text --data-sets DIR

The limit it is measured against is parsing the same pages with lxml and nothing else, in the same run. Each figure
of quality has 95 % of its bootstrap draws over pages beside it; two halves, drawn at random, stand apart.
"""

import argparse
import logging
import platform
import random
import statistics
import time
from pathlib import Path

from benchmarks.article_pages import Page, bigram_f1, character_f1, pages
from crawlers.article import Article, extract, parse

_DRAWS = 1000


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data-sets", type=Path, required=True)
    logging.disable(logging.ERROR)  # readability logs every odd page
    known = list(pages(arguments.parse_args().data_sets))
    extract(known[0].body)
    articles, seconds = _timed(known)
    bare = _parsing_alone(known)
    text_f1 = [character_f1(found.text, page.reference) for page, found in zip(known, articles, strict=True)]
    pairs_f1 = [bigram_f1(found.text, page.reference) for page, found in zip(known, articles, strict=True)]
    with_title = [
        character_f1(found.title + found.text, page.reference) for page, found in zip(known, articles, strict=True)
    ]
    right = sum(found.encoding == page.encoding for page, found in zip(known, articles, strict=True))
    dated = sum(found.published_at is not None for found in articles)
    print(f"machine: {platform.processor() or platform.machine()}, Python {platform.python_version()}, one core")
    print(f"pages: {len(known)}; encoding right: {right}; dated: {dated}")
    print(f"text F1, characters {_with_interval(text_f1)}; bigrams {_with_interval(pairs_f1)}")
    first, second = _halves(text_f1)
    print(f"  one half of the pages {_with_interval(first)}, the other {_with_interval(second)}")
    print(f"title and text F1, characters {_with_interval(with_title)}")
    print(f"pages/s: {len(known) / seconds:.0f}; parsing alone {len(known) / bare:.0f}; ratio {bare / seconds:.2f}")


def _with_interval(values: list[float]) -> str:
    draw = random.Random(1)
    means = sorted(statistics.fmean(draw.choices(values, k=len(values))) for _ in range(_DRAWS))
    return f"{statistics.fmean(values):.3f} [{means[int(0.025 * _DRAWS)]:.3f}, {means[int(0.975 * _DRAWS)]:.3f}]"


def _halves(values: list[float]) -> tuple[list[float], list[float]]:
    order = list(range(len(values)))
    random.Random(1).shuffle(order)
    half = len(order) // 2
    return [values[place] for place in order[:half]], [values[place] for place in order[half:]]


def _timed(known: list[Page]) -> tuple[list[Article], float]:
    start = time.process_time()
    articles = [extract(page.body) for page in known]
    return articles, time.process_time() - start


def _parsing_alone(known: list[Page]) -> float:
    texts = [page.body.decode(page.encoding, "replace") for page in known]
    start = time.process_time()
    for text in texts:
        parse(text)
    return time.process_time() - start


if __name__ == "__main__":
    main()
