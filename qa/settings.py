"""Everything that can be set, in one frozen object: the only reader of the environment."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_EXAMPLE = "https://news.example"


def _each(given: object, read: Callable[[str], str]) -> object:
    """What ``read`` makes of each thing that ``given`` lists: a text with commas or spaces between, or a sequence."""
    listed = re.split(r"[,\s]+", given.strip(", \n\t")) if isinstance(given, str) else given
    return tuple(dict.fromkeys(read(str(one)) for one in listed if one)) if isinstance(listed, list | tuple) else given


def _origin(text: str) -> str:
    """An origin as browsers write it; raises ValueError with what is wrong, and what to write instead."""
    if "*" in text:
        raise ValueError(f"{text} would let in sites that nobody chose: list each one, as in {_EXAMPLE}")
    if not text.isascii():
        raise ValueError(f"{text} has to be written as browsers send it, its host beginning with xn--")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"{text} is no origin such as {_EXAMPLE}: {error}") from error
    if parts.scheme not in _PORTS or not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        raise ValueError(f"{text} is no origin such as {_EXAMPLE}")
    if parts.path or set(text) & set("?#@"):
        raise ValueError(f"{text} is more than an origin: write scheme, host and port alone, as in {_EXAMPLE}")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def _network(text: str) -> str:
    """An address or a network; raises ValueError."""
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        raise ValueError(f"{text} is no address or network such as 127.0.0.1 or 10.0.0.0/8") from error


def _under(text: str) -> str:
    """A path that begins with a slash and does not end with one, or none; raises ValueError."""
    bare = text.strip("/")
    if not re.fullmatch(r"[A-Za-z0-9._~/-]*", bare) or "//" in bare or ".." in bare:
        raise ValueError(f"{text} is no path such as /archive")
    return f"/{bare}" if bare else ""


def _stripped(given: object) -> object:
    """``given`` as a header can bear it: a secret in a file often ends with its line."""
    secret = given.get_secret_value() if isinstance(given, SecretStr) else given
    return secret.strip() if isinstance(secret, str) else secret


_PORTS = {"http": 80, "https": 443}
_PATHS = ("index", "cache", "prompts")
Shown = Annotated[SecretStr, BeforeValidator(_stripped)]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(lambda given: _each(given, _origin))]
Networks = Annotated[tuple[str, ...], NoDecode, BeforeValidator(lambda given: _each(given, _network))]


class Settings(BaseSettings):
    """Read from ``QA_…`` variables; a value that does not fit is refused by name."""

    model_config = SettingsConfigDict(env_prefix="QA_", frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_paths(cls, given: dict[str, object]) -> dict[str, object]:
        """An empty path is one that is not set, and not the folder where the program was started."""
        return {name: value for name, value in given.items() if value != "" or name not in _PATHS}

    index: Path = Field(Path("indexes/default"), description="Directory of the collection.")
    embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="A sentence-transformers model, by name or path; the default comes with the installation.",
    )
    cache: Path | None = Field(
        None, description="Where models given by name are looked up; default: the user's Hugging Face cache."
    )
    threads: int = Field(2, ge=1, le=64, description="Processor threads that the models use.")
    host: str = Field("127.0.0.1", description="Address that the service listens on.")
    port: int = Field(7860, ge=1, le=65535, description="Port that the service listens on.")
    admin_token: Shown | None = Field(
        None, min_length=16, description="Who bears it may add and remove articles over HTTP; without it nobody may."
    )
    max_source_bytes: int = Field(20_000_000, ge=1, description="The largest file or page that is read.")
    max_article_chars: int = Field(1_000_000, ge=1, description="The longest text that becomes an article.")
    max_question_chars: int = Field(2_000, ge=1, description="The longest question that is answered.")
    fetch_timeout: float = Field(20.0, gt=0, description="Seconds to wait for a URL.")
    rate_limit: str = Field(
        "6000/minute",
        description="How often one client may ask, as in 100/minute; empty: as often as it likes.",
    )
    metrics_token: Shown | None = Field(
        None, min_length=16, description="Who bears it may read the figures at /metrics; without it nobody may."
    )
    model: str = Field(
        "",
        description="The language model that words the answers, as provider:model (openai:…, ollama:…, anthropic:…); "
        "empty: none.",
    )
    model_url: str | None = Field(None, description="Address of a server that speaks the provider's protocol.")
    model_key: Shown | None = Field(
        None, description="Key of the language model; without it the provider's own variable, as OPENAI_API_KEY."
    )
    model_form: Literal["auto", "text", "json"] = Field(
        "auto",
        description="What the model writes: marked text, or JSON by a schema; auto: JSON where it promises that.",
    )
    model_temperature: float | None = Field(
        None, ge=0, le=2, description="How freely the model words an answer; without it the model's own."
    )
    model_deadline: float = Field(20.0, gt=0, description="Seconds in which the model must have worded an answer.")
    model_attempts: int = Field(3, ge=1, le=10, description="How often the model is asked before it is given up.")
    model_context_tokens: int = Field(
        6_000, ge=500, description="Tokens of everything that the model gets for one answer, and of the answer."
    )
    model_answer_tokens: int = Field(600, ge=50, description="Tokens of the model's answer, of those.")
    model_rewrites: bool = Field(
        False, description="Whether the model completes a follow-up question; without it that is done by rule."
    )
    prompts: Path | None = Field(
        None, description="Folder with prompts of one's own; those that it lacks come with the installation."
    )
    root_path: Annotated[str, AfterValidator(_under)] = Field(
        "", description="Path under which a reverse proxy serves the service, as in /archive."
    )
    embed_origins: Origins = Field(
        (), description="Other sites whose pages may frame the chat and call the service, as in https://news.example."
    )
    visitor_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="Key that signs visitors' tokens; once it is set, only who shows a token may ask and read.",
    )
    visitor_lifetime: int = Field(
        3_600, ge=60, le=86_400, description="The longest that a visitor's token may live, in seconds."
    )
    trusted_proxies: Networks = Field(
        (), description="Proxies that are believed about whom a request comes from: addresses and networks."
    )
