"""Everything that can be set, in one frozen object: the only reader of the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from ``QA_…`` variables; a value that does not fit is refused by name."""

    model_config = SettingsConfigDict(env_prefix="QA_", frozen=True, extra="forbid", populate_by_name=True)

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
    admin_token: SecretStr | None = Field(
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
    model: str = Field(
        "",
        description="The language model that words the answers, as provider:model (openai:…, ollama:…, anthropic:…); "
        "empty: none.",
    )
    model_url: str | None = Field(None, description="Address of a server that speaks the provider's protocol.")
    model_key: SecretStr | None = Field(
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
    root_path: str = Field("", description="Path under which a reverse proxy serves the service.")
