"""Who said what, pure: tagged spans to statements to speakers."""

from qa.attribution.statements import find_statements

__all__ = ["find_statements"]
