"""A chat model of any provider that LangChain knows, behind ``ports.ChatModel``: the adapter to LangChain."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage

from qa.answering.sentences import SCHEMA
from qa.domain import Message
from qa.errors import ConfigurationError, LanguageModelError

Form = Literal["auto", "text", "json"]
"""What the model is asked to write: marked text, or JSON by a schema; "auto" is JSON where its profile has that."""

_EXTRAS = {"openai": "openai", "ollama": "ollama", "anthropic": "anthropic"}
_NO_KEY = "none"
"""What a server at an address of one's own gets as a key where none is set: never the key of the public service."""


def open_chat_model(
    name: str,
    *,
    url: str | None = None,
    key: str | None = None,
    timeout: float = 20.0,
    answer_tokens: int = 600,
    temperature: float | None = None,
    form: Form = "auto",
) -> LangChainChat:
    """The model ``name``, as in ``openai:gpt-5-mini``; nothing is asked of it yet.

    ``url`` is the address of a server that speaks the provider's protocol, ``key`` its key (without: the provider's
    own variable, as OPENAI_API_KEY); ``timeout`` in seconds is for each wait on the network.

    Raises:
        ConfigurationError: the name, the provider's package or its key is missing or makes no sense.
    """
    provider, colon, model = name.partition(":")
    if not (provider and colon and model):
        raise ConfigurationError(f"model (QA_MODEL): not provider:model, as in openai:gpt-5-mini: {name}")
    arguments = _arguments(provider, url, key, timeout, answer_tokens)
    if temperature is not None:
        arguments["temperature"] = temperature
    try:
        made = init_chat_model(model, model_provider=provider, **arguments)
    except ImportError:
        extra = _EXTRAS.get(provider)
        way = f"pip install 'whosaid[{extra}]'" if extra else "install LangChain's package for it"
        raise ConfigurationError(f"model (QA_MODEL): {provider} needs a package that is not installed: {way}") from None
    except Exception:  # noqa: BLE001 - each provider refuses in its own way, and its words may hold the key
        raise ConfigurationError(
            f"model (QA_MODEL): {provider} cannot be used as it is set: an unknown provider, or no key (QA_MODEL_KEY)"
        ) from None
    return LangChainChat(made, name, form)


class LangChainChat:
    """Implements ``ports.ChatModel``; also takes any chat model of LangChain that somebody else has made."""

    def __init__(self, model: BaseChatModel, name: str, form: Form = "text") -> None:
        self._model = model
        self._name = name
        self._json = form == "json" or (form == "auto" and bool((model.profile or {}).get("structured_output")))

    @property
    def name(self) -> str:
        return self._name

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        told = [(message.role, message.text) for message in messages]
        ended = None
        try:
            for chunk in self._chunks(told):
                ended = _reason(chunk) or ended
                if text := _words(chunk):
                    yield text
        except Exception as error:  # noqa: BLE001 - each provider has its own tree of errors; all become ours
            # Not chained: a provider's words may hold the key, and a log would show them.
            raise translated(error) from None
        if ended in ("length", "max_tokens"):
            raise LanguageModelError("it did not come to an end", kind="endless")
        if ended in ("content_filter", "refusal"):
            raise LanguageModelError("it refused to answer", kind="refused")

    def _chunks(self, told: list[tuple[str, str]]) -> Iterator[AIMessage]:
        if not self._json:
            yield from self._model.stream(told)
            return
        for part in self._model.with_structured_output(SCHEMA, include_raw=True).stream(told):
            if isinstance(part, dict) and isinstance(part.get("raw"), AIMessage):
                yield part["raw"]


def translated(error: Exception) -> LanguageModelError:
    """``error`` as ours, by its HTTP status or its kind, without a word of it."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _by_status(status, _retry_after(error))
    kinds = {kind.__name__ for seen in _chain(error) for kind in type(seen).__mro__}
    if kinds & {"TimeoutException", "TimeoutError", "APITimeoutError"}:
        return LanguageModelError("it did not answer in time", kind="late", again=True)
    if kinds & {"TransportError", "ConnectionError", "APIConnectionError"}:
        return LanguageModelError("it could not be reached, or broke off", kind="unreachable", again=True)
    return LanguageModelError(f"its answer could not be read ({type(error).__name__})", again=True)


def _by_status(status: int, retry_after: float | None) -> LanguageModelError:
    if status in (401, 403):
        return LanguageModelError("its key was refused", kind="key")
    if status == 429:
        return LanguageModelError("it is asked too often", kind="too_often", again=True, retry_after=retry_after)
    if status in (408, 409) or status >= 500:
        return LanguageModelError(f"it failed with status {status}", kind="failed", again=True, retry_after=retry_after)
    return LanguageModelError(f"it refused the request with status {status}", kind="refused")


def _retry_after(error: Exception) -> float | None:
    """The seconds that the provider asks to wait, given as a number or as a date."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = headers.get("retry-after")
    if not value:
        return None
    try:
        return float(value)
    except ValueError:
        date = email.utils.parsedate_tz(value)
    try:
        return email.utils.mktime_tz(date) - time.time() if date else None
    except (ValueError, OverflowError):
        return None  # a year that no calendar has


def _chain(error: BaseException) -> Iterator[BaseException]:
    """``error`` and what it came from."""
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__


def _words(chunk: AIMessage) -> str:
    """The text of a chunk, or the arguments of the tool that structured output is made with."""
    calls = getattr(chunk, "tool_call_chunks", None) or []
    return str(chunk.text) + "".join(call.get("args") or "" for call in calls)


def _reason(chunk: AIMessage) -> str | None:
    """Why the model stopped, where the chunk says so."""
    metadata = chunk.response_metadata
    reason = metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason")
    return reason if isinstance(reason, str) else None


def _arguments(provider: str, url: str | None, key: str | None, timeout: float, tokens: int) -> dict[str, Any]:
    """What the provider's class takes. Retries are ours to make, so that they keep to the deadline."""
    if provider == "ollama":
        client: dict[str, Any] = {"timeout": timeout}
        if key or url:
            # Without one the client would send the key in OLLAMA_API_KEY, to whatever address; that in an address wins.
            client["headers"] = {"Authorization": f"Bearer {key or _NO_KEY}"}
        given: dict[str, Any] = {"num_predict": tokens, "client_kwargs": client}
        return given | ({"base_url": url} if url else {})
    given = {"max_tokens": tokens, "timeout": timeout, "max_retries": 0}
    if url:
        given["base_url"] = url
    if key or url:
        given["api_key"] = key or _NO_KEY
    if provider == "openai":
        # Other servers speak the chat protocol alone; usage that nobody reads is not asked for.
        given |= {"use_responses_api": False, "stream_usage": False}
    return given
