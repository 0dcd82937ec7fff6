"""Counts of answers, and of what became of a language model's sentences, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Counts:
    """Called by a ``Writer``, told by an ``Asker``; ``registry`` holds the counters of this house alone."""

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
            "fallback": Counter(
                "whosaid_model_fallbacks",
                "Answers in the articles' own words because the language model could not be used, by reason.",
                ["reason"],
                registry=self.registry,
            ),
        }
        for outcome in ("shown", "repaired", "dropped"):
            self._counters["sentence"].labels(outcome)
        for outcome in ("generative", "extractive"):
            self._counters["answer"].labels(outcome)
        self._asked = Histogram(
            "whosaid_ask_seconds",
            "Seconds until an answer stood, by its mode: extractive, generative, abstained.",
            ["mode"],
            buckets=_SECONDS,
            registry=self.registry,
        )

    def __call__(self, kind: str, outcome: str, number: int) -> None:
        """``number`` more of ``kind`` ("sentence", "answer", "fallback") with this outcome, or for this reason."""
        self._counters[kind].labels(outcome).inc(number)

    def asked(self, mode: str, seconds: float) -> None:
        """One more answer of this ``mode``, which took so long."""
        self._asked.labels(mode).observe(seconds)
