r"""Fits the weights by which a pronoun or a role phrase finds its speaker.

    python -m training.speakers.fit --questions train.jsonl --articles DIR --labels training/speakers/labels.jsonl \
        --news articles.jsonl.gz --polnear train.jsonl.gz --out qa/attribution/speaker_weights.json

Two kinds of gold choices. Labels: for pronouns and phrases of 150 articles, whom they refer to, labelled by reading.
Questions: each names the speaker of a statement and the sentence that it stands in; where exactly one pronoun or phrase
is the source of the statements in that sentence, the candidate that bears the speaker's name is the right one (the
phrase itself, where none does). The log-linear model is fitted by gradient descent with a Gaussian prior at the weights
it starts from; since the features of a source depend on how earlier ones were resolved, the articles are read anew with
the fitted weights and the fit is repeated. Scores are cross-validated over articles.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from qa.articles import split_blocks, split_sentences
from qa.attribution import scoring
from qa.attribution.lexicon import HE, SHE
from qa.attribution.linking import link
from qa.attribution.names import Entity
from qa.attribution.quotes import Quoted, quotations
from qa.attribution.resolving import Phrase
from qa.attribution.roles import head
from qa.attribution.scoring import FEATURES, Weights
from qa.attribution.sources import Form
from qa.attribution.statements import resolver_for
from qa.domain import Article, Markup, Span
from qa.neural.tagger import open_tagger
from training.labels import labelled_texts

PRIOR = {"person": 0.5, "thing": 1.0, "phrase": 1.0}
"""How hard the starting weights hold: the fewer the choices, the more."""

COST = {"person": 1.2, "thing": 1.2, "phrase": 1.8}
"""How many right speakers a wrong one is worth: it is worse than none, and a phrase can stand for itself."""


@dataclass(frozen=True)
class Case:
    """One choice: (candidates, features) values, which candidates are right, whose article it is from."""

    article: str
    form: str
    rows: np.ndarray
    right: np.ndarray


def named(aliases: list[str], entity: Entity) -> bool:
    forms = [*entity.forms]
    return any(re.search(rf"(?<!\w){re.escape(a)}(?!\w)", form, re.IGNORECASE) for a in aliases for form in forms)


def choices(article: Article, markup: Markup) -> list[Phrase]:
    quoted = Quoted(article.text, quotations(article.text, [b.span for b in article.blocks]))
    resolver = resolver_for(article, markup, quoted)
    resolver.resolve(link(article, markup, quoted))
    return resolver.choices


def kind_of(choice: Phrase) -> str:
    """Which set of weights decides the choice."""
    if choice.source.form is Form.PHRASE:
        return "phrase"
    return "person" if choice.source.pronoun in HE | SHE else "thing"


def find(text: str, needle: str) -> Span | None:
    match = re.search(r"\s+".join(map(re.escape, needle.split())), text)
    return Span(*match.span()) if match else None


def cases(article: Article, markup: Markup, questions: list[dict]) -> Iterator[Case]:
    found = choices(article, markup)
    seen: set[Span] = set()
    for question in questions:
        if len(question["speakers"]) != 1 or question["kind"] not in ("who", "what", "followup"):
            continue
        aliases = [*question["aliases"][0], question["speakers"][0]]
        for evidence in question["evidence"]:
            span = find(article.text, evidence)
            inside = [c for c in found if span and c.source.span.overlaps(span)]
            if len({c.source.words.casefold() for c in inside}) != 1:
                continue
            for choice in inside:
                if choice.source.span in seen:
                    continue
                seen.add(choice.source.span)
                right = np.array([e is not None and named(aliases, e) for e in choice.candidates])
                if not right.any():
                    if choice.source.form is Form.PRONOUN:
                        continue
                    right[-1] = True
                rows = np.array([[row.get(name, 0.0) for name in FEATURES] for row in choice.features])
                yield Case(article.id, kind_of(choice), rows, right)


def labelled(article: Article, markup: Markup, labels: list[dict]) -> Iterator[Case]:
    """Choices whose speaker was labelled: a name, SELF for a phrase that speaks for itself, none for nobody.

    A phrase that speaks for itself is also whoever was first called the like: "the aide" is "a Republican aide".
    """
    for choice in choices(article, markup):
        span = choice.source.span
        label = next((x for x in labels if x["start"] < span.end and span.start < x["end"]), None)
        if label is None:
            continue
        speaker = label["speaker"]
        right = np.zeros(len(choice.candidates), dtype=bool)
        if speaker not in (None, "SELF"):
            for alias in (speaker, speaker.split()[-1]):
                if not right.any():
                    right = np.array([e is not None and named([alias], e) for e in choice.candidates])
        if speaker == "SELF":
            noun = choice.source.noun
            right = np.array([e is not None and e.kind == "ROLE" and head(e.name) == noun for e in choice.candidates])
        right[-1] = not right.any()
        rows = np.array([[row.get(name, 0.0) for name in FEATURES] for row in choice.features])
        yield Case(article.id, kind_of(choice), rows, right)


def article_of(identifier: str, text: str) -> Article:
    blocks = split_blocks(text)
    return Article(identifier, identifier, identifier, text, blocks, split_sentences(text, blocks))


def fit(cases: list[Case], start: Mapping[str, float], hold: float) -> np.ndarray:
    """The weights that make the right candidates likeliest (L-BFGS), held to ``start`` by a Gaussian prior."""
    prior = np.array([start.get(name, 0.0) for name in FEATURES])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value = 0.5 * hold * float(((weights - prior) ** 2).sum())
        gradient = hold * (weights - prior)
        for case in cases:
            scores = case.rows @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            target = chance * case.right
            value -= float(np.log(target.sum() + 1e-12))
            gradient -= case.rows.T @ (target / target.sum() - chance)
        return value, gradient

    return np.asarray(minimize(loss, prior, jac=True, method="L-BFGS-B").x)


def outcome(case: Case, weights: np.ndarray) -> tuple[float, bool, bool]:
    """How sure the best candidate is, whether it is right, whether it is nobody."""
    scores = case.rows @ weights
    chance = np.exp(scores - scores.max())
    chance /= chance.sum()
    best = int(chance.argmax())
    return float(chance[best]), bool(case.right[best]), best == len(chance) - 1


def threshold(results: list[tuple[float, bool, bool]], cost: float) -> float:
    """Where right speakers less ``cost`` times the wrong ones are most, the mean of all places as good."""

    def worth(least: float) -> float:
        taken = [right for sure, right, nobody in results if sure >= least and not nobody]
        return sum(taken) - cost * (len(taken) - sum(taken))

    places = [float(place) for place in np.arange(0.5, 0.96, 0.01)]
    best = max(map(worth, places))
    return round(float(np.mean([place for place in places if worth(place) == best])), 2)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--questions", type=Path, required=True)
    p.add_argument("--articles", type=Path, required=True)
    p.add_argument("--labels", type=Path, required=True)
    p.add_argument("--news", type=Path, required=True)
    p.add_argument("--polnear", type=Path, required=True)
    p.add_argument("--weights", type=Path, help="tagger weights, default: those in the package")
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    questions = [json.loads(line) for line in o.questions.read_text("utf-8").splitlines()]
    tagger = open_tagger(threads=2, weights=o.weights)
    read: list[tuple[Article, Markup]] = []
    for path in sorted(o.articles.glob("*.txt")):
        text = path.read_text("utf-8")
        read.append((article_of(path.stem, text), tagger.tag(text)))
    marked = [
        (article_of(identifier, text), tagger.tag(text), labels)
        for identifier, (text, labels) in labelled_texts(o.labels, o.news, o.polnear).items()
    ]
    current = scoring.weights()
    for _ in range(2):
        found = [c for a, m in read for c in cases(a, m, [q for q in questions if q["article"] == a.id])]
        found += [c for a, m, labels in marked for c in labelled(a, m, labels)]
        fitted: dict[str, dict[str, float]] = {}
        least: dict[str, float] = {}
        for form, start in (("person", current.person), ("thing", current.thing), ("phrase", current.phrase)):
            some = [c for c in found if c.form == form]
            ids = sorted({c.article for c in some})
            results = []
            for fold in range(5):
                held = set(ids[fold::5])
                trained = fit([c for c in some if c.article not in held], start, PRIOR[form])
                results += [outcome(c, trained) for c in some if c.article in held]
            least[form] = threshold(results, COST[form])
            right = sum(r for _, r, _ in results) / len(results)
            wrong = sum(s >= least[form] and not r and not n for s, r, n in results) / len(results)
            kept = sum(s >= least[form] and r for s, r, n in results) / len(results)
            print(f"{form}: {len(some)} choices, best right {right:.3f}")
            print(f"  at {least[form]}: right {kept:.3f}, wrong {wrong:.3f}")
            final = fit(some, start, PRIOR[form])
            fitted[form] = {name: round(float(value), 4) for name, value in zip(FEATURES, final, strict=True) if value}
        current = Weights(**fitted, thresholds=least)
        o.out.write_text(json.dumps(current.model_dump(), indent=1) + "\n", "utf-8")
        scoring.weights.cache_clear()


if __name__ == "__main__":
    main()
