"""The errors of whosaid, one tree; each carries one clear line for the person in front of it.

QaError
├── InputError               what was given cannot be used
│   ├── SourceError          an article's source: missing, empty, unreadable, encrypted, too large
│   ├── QuestionError        a question: empty, too long, not text
│   └── NotFoundError        an article that the collection does not hold
├── CollectionError          the lake: damaged, locked, of another format
│   └── ModelMismatchError   the index was built with another embedding model
├── ModelError               a model file: missing, damaged, of another version
├── LanguageModelError       a language model: not reached, too slow, no usable answer
├── ConfigurationError       a setting that makes no sense
├── NotReadyError            the service is still loading its models
└── AccessError              not allowed
    ├── AuthenticationError  not allowed without saying who one is
    │   └── ExpiredTokenError  not any longer
    └── RateLimitError       not allowed so often
"""

from __future__ import annotations


class QaError(Exception):
    """Anything that whosaid reports; ``str(error)`` is the line that a user sees, ``code`` the one in JSON."""

    code = "error"
    status = 500


class InputError(QaError):
    """What was given cannot be used."""

    code = "bad_input"
    status = 400


class SourceError(InputError):
    """A source that does not give an article; ``code`` and ``status`` say which kind of refusal it is."""

    def __init__(self, message: str, *, code: str = "unreadable", status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class QuestionError(InputError):
    """A question that cannot be asked."""

    code = "bad_question"
    status = 422


class NotFoundError(InputError):
    """An article that the collection does not hold."""

    code = "not_found"
    status = 404


class CollectionError(QaError):
    """The collection cannot be used as it stands."""

    code = "collection"
    status = 503


class ModelMismatchError(CollectionError):
    """The collection was built with another embedding model than the one that is set."""

    code = "model_mismatch"


class ModelError(QaError):
    """A model's file is missing, damaged or of another version."""

    code = "model"
    status = 503


class LanguageModelError(QaError):
    """A language model gave no usable answer; never carries words of its provider, which may hold a secret.

    ``kind`` is one word for the reason, to count by; ``again`` says whether trying again can help, ``retry_after`` in
    how many seconds, where the provider says so.
    """

    code = "language_model"
    status = 503

    def __init__(
        self, message: str, *, kind: str = "unreadable", again: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.again = again
        self.retry_after = retry_after


class ConfigurationError(QaError):
    """A setting that makes no sense."""

    code = "configuration"


class AccessError(QaError):
    """The caller may not do this."""

    code = "forbidden"
    status = 403


class AuthenticationError(AccessError):
    """The caller did not show a token."""

    code = "unauthenticated"
    status = 401


class ExpiredTokenError(AuthenticationError):
    """The caller's token was valid, but is no longer."""

    code = "token_expired"


class RateLimitError(AccessError):
    """The caller asks too often; ``retry_after`` is in seconds."""

    code = "too_many_requests"
    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotReadyError(QaError):
    """The service is alive, but its models are not loaded yet."""

    code = "not_ready"
    status = 503
