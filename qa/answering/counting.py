"""Counts of what became of a language model's sentences and answers, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter


class Counts:
    """Called by a ``Writer``; ``registry`` holds the counters of this house alone."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self._counters = {
            "sentence": Counter(
                "whosaid_model_sentences",
                "Sentences of the language model: shown, repaired (shown at the second attempt), dropped.",
                ["outcome"],
                registry=self.registry,
            ),
            "answer": Counter(
                "whosaid_model_answers",
                "Answers that the language model was asked for: generative, or extractive where it could not be used.",
                ["outcome"],
                registry=self.registry,
            ),
        }

    def __call__(self, kind: str, outcome: str, number: int) -> None:
        """``number`` more of ``kind`` ("sentence" or "answer") with this ``outcome``."""
        self._counters[kind].labels(outcome=outcome).inc(number)
