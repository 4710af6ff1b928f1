"""What a plugin imports, and all of ours that it may import. See docs/how-to/write-a-plugin.md."""

from services.plugins.child.context import Answer, Context, NotFound, Remote, TryLater
from services.plugins.child.line import Refused
from services.plugins.hooks import hook

__all__ = ["Answer", "Context", "NotFound", "Refused", "Remote", "TryLater", "hook"]
