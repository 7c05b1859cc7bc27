class Unreadable(Exception):
    """A source, a file or an answer that tells nothing to rely on."""
