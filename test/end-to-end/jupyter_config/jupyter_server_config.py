"""The Jupyter configuration of the gauntlet's apps: their servers have the extension of this folder, too."""

from __future__ import annotations

import os
import sys

sys.path.append(os.path.dirname(__file__))
c.ServerApp.jpserver_extensions.update({"shell_extension": True})  # type: ignore[name-defined] # noqa: F821
