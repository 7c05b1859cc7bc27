"""Which app this is, from the metadata that Studio puts into it."""

from __future__ import annotations

import json
import re

from errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:  # the typing module would cost the resident process half a megabyte
    from typing import Any


# arn:aws:sagemaker:<region>:<account>:app/<domain>/<owner>/<type>/<name>
EMPTY_ARN = "arn:aws:sagemaker:::app"


class App:
    """The app's region, its type, and the path that names it in Parameter Store."""

    def __init__(self, metadata: dict[str, Any]) -> None:
        arn = metadata.get("ResourceArn") or EMPTY_ARN
        space, profile = metadata.get("SpaceName"), metadata.get("UserProfileName")
        owner_kind = "user" if profile and not space else "space"
        owner_name = space or profile or arn.split("/")[2]
        self.region, self.type = arn.split(":")[3], metadata["AppType"]
        self.path = f"{metadata['DomainId']}/{owner_kind}/{owner_name}/{self.type}/{metadata['ResourceName']}"
        if not re.fullmatch(r"([\w.-]+/){4}[\w.-]+", self.path, re.ASCII):
            raise ValueError(f"no app can have the path {self.path}")


def read_app(file_name: str) -> App:
    """Read the app's metadata. Raises Unreadable where they do not name an app."""
    try:
        with open(file_name, encoding="utf-8") as file:
            return App(json.load(file))
    except (OSError, ValueError, AttributeError, KeyError, IndexError) as error:
        raise Unreadable(repr(error)) from error
