"""Nothing classified is entered: words that bear a secrecy mark are refused at every door (保密法第三十五条)."""

from huiying.failures import NotToBeKept
from huiying.secrecy import secrecy_marks


def must_be_unclassified(*words: str) -> None:
    """`NotToBeKept` where any of these words bears a secrecy mark, with what to do instead."""
    for each in words:
        if marks := secrecy_marks(each):
            raise NotToBeKept(
                f"含有密级标志“{marks[0]}”，不得录入本系统，什么都没有保存。请线下报保密部门，按保密规定办理"
            )
