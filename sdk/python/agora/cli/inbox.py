"""agora notifications."""

from __future__ import annotations

import argparse

from agora import config
from agora.cli import context, tell
from agora.errors import DONE
from agora.words import inbox_text, now


def notifications(given: argparse.Namespace) -> int:
    center = context.center(config.find_place())
    inbox = center.notifications(given.unread, given.limit)
    if given.read and inbox["items"]:
        inbox["unread"] = center.mark_read([one["id"] for one in inbox["items"]])
    if given.json:
        tell.say_json(inbox)
        return DONE
    none = "you have read all that you were told\n" if given.unread else "nobody has told you anything yet\n"
    tell.say(inbox_text(inbox["items"], center.url, now()) or none)
    if not given.read and inbox["unread"]:
        tell.complain("\nnext: agora notifications --read\n")
    return DONE
