"""What all displays have in common."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from notice import Notice


class Display:
    """One place where notices are shown; a policy may switch it off by its `way`."""

    way = ""

    def update(self, notice: Notice | None, text: str) -> None:
        """Show this notice, and no other one; None where there is none. `text` is its one line.

        Raises OSError where that cannot be done here.
        """
        raise NotImplementedError
