"""Files that cannot be read at all."""

from app.errors import HuiminError


class UnreadableFileError(HuiminError):
    """A file that is refused as a whole; the message is for its owner and says what to do."""
