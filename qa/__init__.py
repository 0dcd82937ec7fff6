"""whosaid: who said what in the news, with the exact words to prove it."""

__version__ = "0.1.0"
