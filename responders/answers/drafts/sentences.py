"""Cuts the text of an answer into sentences, the unit that is tied to evidence."""

import re

_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’」』）)】]*|\n|$)")


def split_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text in their order, without the blanks around them; a line is a sentence's end too."""
    found = (match.group().strip() for match in _SENTENCE.finditer(text))
    return tuple(sentence for sentence in found if sentence)
