"""Everything that can be set, in one frozen object: the only reader of the environment."""

from __future__ import annotations

from pathlib import Path

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
    cache: Path | None = Field(None, description="Where derived model files are kept; default: the user's cache directory.")
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
    root_path: str = Field("", description="Path under which a reverse proxy serves the service.")
