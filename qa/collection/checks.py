"""What a publication must be before any lake takes it: true to the character, and with a vector for each item."""

from __future__ import annotations

import numpy as np

from qa.collection.keys import MAX_ITEMS
from qa.domain import Article, Excerpt, Publication
from qa.errors import InputError
from qa.ports import Vectors


def check_publication(publication: Publication, passages: Vectors, statements: Vectors, dimension: int) -> None:
    """Raises InputError, naming the article, for whatever could not be read back as it was given."""
    article = publication.article
    if not article.id:
        raise InputError(f"An article from {article.source!r} has no id.")
    _demand(article, _not_unicode(publication) or _wrong_passages(publication) or _wrong_statements(publication))
    check_vectors(publication, passages, statements, dimension)


def check_vectors(publication: Publication, passages: Vectors, statements: Vectors, dimension: int) -> None:
    """Raises InputError, naming the article, unless each passage and statement has a finite vector."""
    _demand(
        publication.article,
        _wrong_vectors(passages, len(publication.passages), dimension, "passages")
        or _wrong_vectors(statements, len(publication.statements), dimension, "statements"),
    )


def check_query(vector: Vectors, dimension: int) -> Vectors:
    """The query as one float32 row; raises ValueError unless it is (dimension,) and finite."""
    row = np.ascontiguousarray(vector, dtype=np.float32)
    if row.shape != (dimension,) or not np.isfinite(row).all():
        raise ValueError(f"not a query of {dimension} numbers: {row.shape}")
    return row


def _demand(article: Article, reason: str | None) -> None:
    if reason:
        raise InputError(f'The article "{article.title or article.id}" cannot be stored: {reason}.')


def _not_unicode(publication: Publication) -> str | None:
    article = publication.article
    texts = [article.id, article.title, article.source, article.text]
    for statement in publication.statements:
        texts += statement.via
        if speaker := statement.speaker:
            texts += [speaker.name, speaker.role or "", *speaker.aliases]
    try:
        for text in texts:
            text.encode()
    except UnicodeEncodeError:
        return "its text holds half a surrogate pair"
    return None


def _wrong_passages(publication: Publication) -> str | None:
    article = publication.article
    if len(publication.passages) > MAX_ITEMS:
        return f"it has more than {MAX_ITEMS} passages"
    for number, passage in enumerate(publication.passages):
        if passage.article_id != article.id or passage.number != number:
            return f"passage {number} is numbered {passage.number} of article {passage.article_id}"
        if passage.span.of(article.text) != passage.text:
            return f"passage {number} is not in its text"
    return None


def _wrong_statements(publication: Publication) -> str | None:
    article = publication.article
    if len(publication.statements) > MAX_ITEMS:
        return f"it has more than {MAX_ITEMS} statements"
    for position, statement in enumerate(publication.statements):
        if statement.article_id != article.id:
            return f"statement {position} belongs to article {statement.article_id}"
        excerpts: list[Excerpt | None] = [statement.source, statement.cue, *statement.content]
        if any(piece is not None and piece.span.of(article.text) != piece.text for piece in excerpts):
            return f"statement {position} is not in its text"
    return None


def _wrong_vectors(vectors: Vectors, items: int, dimension: int, what: str) -> str | None:
    if vectors.size == 0 and items == 0:
        return None
    if vectors.shape != (items, dimension):
        return f"{items} {what} of {dimension} dimensions came with vectors of shape {vectors.shape}"
    return None if np.isfinite(vectors).all() else f"the vectors of its {what} are not finite"
