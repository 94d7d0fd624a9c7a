"""A post's text in pieces."""

from console.marking import PieceKind, pieces


def said(text: str, *words: str, limit: int = 400) -> list[tuple[str, str]]:
    """The pieces as plain pairs."""
    return [(piece.kind.value, piece.text) for piece in pieces(text, words, limit)]


def test_masks_and_deciding_words_are_told_apart_from_the_rest() -> None:
    assert said("水发黄，请回电〔电话〕。", "发黄") == [
        ("plain", "水"),
        ("deciding", "发黄"),
        ("plain", "，请回电"),
        ("masked", "电话"),
        ("plain", "。"),
    ]


def test_the_longer_deciding_word_wins() -> None:
    assert said("水源地被污染了", "污染", "水源地被污染")[0] == ("deciding", "水源地被污染")


def test_words_are_never_patterns() -> None:
    assert said("a.c abc", "a.c") == [("deciding", "a.c"), ("plain", " abc")]


def test_a_mask_is_not_cut_in_half() -> None:
    found = said("一二三四五六七八〔单元门牌〕后面", limit=11)
    assert found == [("plain", "一二三四五六七八…")]


def test_text_without_anything_is_one_piece_and_nothing_is_none() -> None:
    assert said("水") == [(PieceKind.PLAIN, "水")]
    assert said("") == []
