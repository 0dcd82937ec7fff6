"""How fast and how large the service is on the sample collection.

    python benchmarks/latency.py [--rounds 5] [--gold tests/evaluation/gold.jsonl]

Builds the samples' collection with the command line, starts ``qa serve``, and prints the seconds to the first 200 from
/readyz, the milliseconds of ``POST /api/ask`` (first round apart, since it warms the service) and the resident memory
before and after.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from qa.samples import paths

QA = [sys.executable, "-m", "qa"]


def resident(pid: int) -> float:
    """Megabytes that the process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def wait_ready(url: str, server: subprocess.Popen[bytes], longest: float = 120.0) -> float:
    began = time.perf_counter()
    while server.poll() is None and time.perf_counter() - began < longest:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=2)
            return time.perf_counter() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SystemExit("the service did not become ready")


def ask(url: str, case: dict) -> float:
    body = json.dumps({"question": case["question"], "history": case.get("history", [])}).encode()
    request = urllib.request.Request(f"{url}/api/ask", body, {"Content-Type": "application/json"})
    began = time.perf_counter()
    urllib.request.urlopen(request, timeout=60).read()
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--gold", type=Path, default=Path("tests/evaluation/gold.jsonl"))
    o = p.parse_args()
    cases = [json.loads(line) for line in o.gold.read_text("utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        index = ["--index", str(Path(folder) / "index")]
        subprocess.run([*QA, *index, "add", *map(str, paths())], check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        server = subprocess.Popen([*QA, *index, "serve", "--port", str(port)], stderr=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        try:
            print(f"ready after {wait_ready(url, server):.1f} s, {resident(server.pid):.0f} MB resident")
            first = [ask(url, case) for case in cases]
            times = sorted(ask(url, case) for _ in range(o.rounds) for case in cases)
            print(f"first round: {statistics.median(first):.1f} ms median, {max(first):.1f} ms most")
            print(
                f"warm, {len(times)} questions: p50 {statistics.median(times):.1f} ms,"
                f" p95 {times[int(0.95 * (len(times) - 1))]:.1f} ms, most {times[-1]:.1f} ms"
            )
            print(f"{resident(server.pid):.0f} MB resident")
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()
