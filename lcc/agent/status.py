"""What holds for the app, in one small file for the user's command and for the JupyterLab extension."""

from __future__ import annotations

import math

from notice import WARNED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dialogue import Dialogue
    from heartbeat import Sample

VERSION = 1
USUAL_BUTTONS = (3600, 28_800)  # where no notice says for how long the app may be kept


def compose_status(dialogue: Dialogue, sample: Sample, next_look: float) -> dict[str, Any]:
    """All durations count from when the file is written; `next` are the seconds within which it is written again."""
    at_most = dialogue.keep_at_most()
    return {
        "v": VERSION,
        "next": math.ceil(max(next_look - sample.boot, 1)),
        "idle": sample.idle,
        "busy": sample.busy,
        "why": sample.why,
        "idleTimes": dialogue.context.instructions.idle_times,
        "maxAge": dialogue.context.instructions.max_age,
        "keepAtMost": at_most,
        "keepFor": [seconds for seconds in USUAL_BUTTONS if seconds <= at_most],
        "command": dialogue.command,
        "wishes": dialogue.requests_taken,
        "kept": kept(sample),
        "notice": None,
        **of_notice(dialogue, sample.boot),
    }


def kept(sample: Sample) -> dict[str, Any] | None:
    wish = sample.wish
    return {"for": int(wish.seconds_left(sample.boot)), "while": wish.what} if wish else None


def of_notice(dialogue: Dialogue, boot: float) -> dict[str, Any]:
    notice = dialogue.notices.shown()
    if notice is None:
        return {}
    shown = {"id": notice.id, "kind": notice.kind, "why": notice.why}
    if notice.kind != WARNED:
        return {"notice": {**shown, "stopAt": notice.stop_at, "ways": notice.ways}}
    left = dialogue.notices.seconds_left(boot)
    return {"notice": {**shown, "stopIn": left, "ways": notice.ways}, "keepFor": notice.keep_for}
