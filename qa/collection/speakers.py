"""Speakers of single articles brought together over a collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from qa.domain import Speaker, SpeakerEntry, SpeakerKind


@dataclass(slots=True)
class _Gathered:
    names: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    kinds: Counter[SpeakerKind] = field(default_factory=Counter)
    aliases: dict[str, None] = field(default_factory=dict)
    articles: set[str] = field(default_factory=set)
    statements: int = 0


def bring_together(heard: Iterable[tuple[str, Speaker, int]]) -> tuple[SpeakerEntry, ...]:
    """Speakers of one name, whatever its capitals and spaces, as one entry each, most statements first.

    Args:
        heard: article id, speaker and the number of that speaker's statements there, in the articles' order.

    Name, role and kind are those of most statements (of equals, the first); the aliases are all other names, in order.
    """
    found: dict[str, _Gathered] = {}
    for article_id, speaker, statements in heard:
        gathered = found.setdefault(" ".join(speaker.name.casefold().split()), _Gathered())
        gathered.names[speaker.name] += statements
        gathered.kinds[speaker.kind] += statements
        if speaker.role:
            gathered.roles[speaker.role] += statements
        gathered.aliases.update(dict.fromkeys(speaker.aliases))
        gathered.articles.add(article_id)
        gathered.statements += statements
    entries = [_entry(gathered) for gathered in found.values()]
    return tuple(sorted(entries, key=lambda entry: (-entry.statements, -entry.articles, entry.name)))


def _entry(gathered: _Gathered) -> SpeakerEntry:
    name = gathered.names.most_common(1)[0][0]
    others = dict.fromkeys([*gathered.aliases, *gathered.names])
    others.pop(name, None)
    role = gathered.roles.most_common(1)[0][0] if gathered.roles else None
    kind = gathered.kinds.most_common(1)[0][0]
    return SpeakerEntry(name, role, tuple(others), gathered.statements, len(gathered.articles), kind)
