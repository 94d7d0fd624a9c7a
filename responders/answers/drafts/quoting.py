"""What evidence says in words, and whether something is quoted from it."""

from urllib.parse import urlsplit

from huiying.finding import Finding
from responders.answers.drafts.queries import moment_in_answer


def finding_words(finding: Finding) -> str:
    """Everything that a finding says, with whose it is and of when."""
    head = f"{finding.bureau}{finding.kind.label}，{moment_in_answer(finding.written.at)}"
    return "\n".join((head, finding.facts, finding.measures, finding.next_steps, finding.responsible))


def quoted_from(text: str, words: str) -> bool:
    """Whether these words stand in a text; blanks do not count, a quotation may run over a line's end."""
    return "".join(words.split()) in "".join(text.split())


def is_web_address(link: str) -> bool:
    """Whether a link leads to a page of the web."""
    try:
        address = urlsplit(link)
        return address.scheme in {"http", "https"} and bool(address.hostname)
    except ValueError:
        return False
