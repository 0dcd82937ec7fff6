"""Figures for operators, in the format of Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from pydantic import SecretStr

from qa.errors import AccessError, AuthenticationError
from qa.service.access import bearer, is_token


def metrics(registry: CollectorRegistry, token: SecretStr) -> APIRouter:
    """``GET /metrics``: what ``registry`` counts, for whoever sends ``Authorization: Bearer TOKEN``."""
    router = APIRouter(tags=["health"])

    @router.get("/metrics", response_class=Response)
    def read(request: Request) -> Response:
        """Counters and times for Prometheus; only with the token of QA_METRICS_TOKEN."""
        shown = bearer(request.headers.get("authorization"))
        if shown is None:
            raise AuthenticationError("the figures are for those who send Authorization: Bearer TOKEN")
        if not is_token(shown, token):
            raise AccessError("this is not the token of the figures")
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
