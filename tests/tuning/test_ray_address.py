"""Trials on a Ray cluster that is reached by its address: the same report as on this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from .test_command import place

__all__ = ["place"]
pytest.importorskip("ray", reason="Ray is not installed: pip install '.[ray]'")
pytest.importorskip("grpc", reason="Ray's client is not installed: pip install '.[ray]'")
PATIENT = {"RAY_AUTH_MODE": "disabled", "RAY_CLIENT_MAX_CONNECTION_TIMEOUT_S": "120", "RAY_USAGE_STATS_ENABLED": "0"}
"""For a machine that is busy with other tests, too."""
CLUSTER = """
import sys
import ray
from ray.util.client.server.server import serve

ray.init("local", num_cpus=3, include_dashboard=False, log_to_driver=False)
server = serve("127.0.0.1", int(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
server.stop(0)
"""
"""A cluster of three worker processes and the server of its clients; it ends with its standard input."""


@pytest.fixture
def address() -> Iterator[str]:
    """Of a cluster in processes of its own, which end with the test whatever happens to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begun = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CLUSTER, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env={**os.environ, **PATIENT},
    )  # fmt: skip
    assert begun.stdin is not None
    assert begun.stdout is not None
    try:
        assert any(line.strip() == "ready" for line in begun.stdout), "the cluster did not begin"
        yield f"ray://127.0.0.1:{port}"
    finally:
        begun.stdin.close()
        begun.wait(60)
        begun.stdout.close()


def optimized(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stratrun", "optimize", "s.json", "--candles", "BTCUSDT-1h.csv", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, env={**os.environ, **PATIENT})


def test_a_cluster_s_address_gives_the_report_of_this_machine(place, address):
    """A study over ray://host:port, walk-forward and verdict included, is the study made here."""
    words = ("--sampler", "random", "--trials", "12", "--walk-forward", "--format", "json")
    here, there = optimized(*words), optimized(*words, "--on", address)
    assert (here.returncode, there.returncode) == (0, 0), there.stdout + there.stderr
    assert there.stderr == ""
    assert json.loads(there.stdout) == json.loads(here.stdout)
