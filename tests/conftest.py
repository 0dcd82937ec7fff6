"""What every test can rely on: no way to the internet, the same random choices in CI, no settings from outside."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

for _name in [name for name in os.environ if name.startswith("QA_")]:
    del os.environ[_name]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _refuse_the_internet(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook, because it also sees what a library does in a thread of its own at import or in a fixture.

    ``pytest.fail`` raises what ``except Exception`` does not catch: code under test cannot take the refusal for
    an ordinary network error.
    """
    if event == "socket.getaddrinfo":
        host = arguments[0]
        name = host.decode() if isinstance(host, bytes) else host
        if not isinstance(name, str) or name in {"", "localhost", socket.gethostname()} or _is_address(name):
            return
        if name.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        pytest.fail(f"a test asked for the address of {name}", pytrace=True)
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        if not isinstance(address, tuple):
            return  # a Unix socket, or a socket that is connected already
        host = str(address[0])
        if host not in {"", "localhost"} and not (
            _is_address(host) and ipaddress.ip_address(host.partition("%")[0]).is_loopback
        ):
            pytest.fail(f"a test reached out to {host}", pytrace=True)


sys.addaudithook(_refuse_the_internet)


def _find_chromium() -> Path | None:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Last, because Playwright keeps an event loop running in its thread, beside which asyncio.run() is refused.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if _find_chromium() is None:
        skip = pytest.mark.skip(reason="no Chromium on this machine; with Debian: apt-get install chromium")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium that tests marked ``browser`` drive."""
    found = _find_chromium()
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found
