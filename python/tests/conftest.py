"""What tests share: one server of Sail and one session for all.

The server is in this process and ends with the Ctrl-C that `test_runs` sends: tests that use it
are in files whose names come after that one, or they wait for an answer without end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

# Short jobs on few cores: with the second compiler and a collector of many threads the whole suite
# takes 398 seconds instead of 249 on two cores.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="session")
def sail_url() -> Iterator[str]:
    server_of = pytest.importorskip("pysail.spark")
    server = server_of.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    yield f"sc://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="session")
def sail(sail_url: str) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(sail_url).create()
    yield session
    session.stop()
