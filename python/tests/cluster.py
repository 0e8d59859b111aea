"""A Spark cluster on loopback, from the PyPI package: a master and two worker processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pyspark

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
        assert isinstance(port, int)
        return port


class Cluster:
    """A master and its workers; a worker that is killed can be replaced."""

    def __init__(self, folder: Path, memory: str = "1g") -> None:
        self.folder = folder
        self.memory = memory
        self.home = Path(pyspark.__file__).parent
        self.port = free_port()
        self.url = f"spark://{HOST}:{self.port}"
        self.logs: list[IO[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.master = self.start(
            "org.apache.spark.deploy.master.Master",
            *("--host", HOST, "--port", str(self.port), "--webui-port", str(free_port())),
        )
        wait_for_port(self.port, self.master)
        for _ in range(2):
            self.add_worker()

    def start(self, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{main.rpartition('.')[2]}-{len(self.logs)}.log").open("wb")
        self.logs.append(log)
        environment = {
            **os.environ,
            "SPARK_HOME": str(self.home),
            "SPARK_LOCAL_IP": HOST,
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_DAEMON_MEMORY": "256m",
        }
        command = [str(self.home / "bin" / "spark-class"), main, *arguments]
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    def add_worker(self) -> None:
        folder = self.folder / f"worker-{len(self.logs)}"
        self.workers.append(
            self.start(
                "org.apache.spark.deploy.worker.Worker",
                *("--host", HOST, "--cores", "1", "--memory", self.memory),
                *("--work-dir", str(folder), "--webui-port", str(free_port()), self.url),
            )
        )

    def kill_worker(self) -> list[int]:
        """Kills the first worker and then its executors, by their ids."""
        worker = self.workers.pop(0)
        executors = children(worker.pid)
        killed = [worker.pid, *executors]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        worker.wait(timeout=30)
        return killed

    def stop(self) -> None:
        for process in [*self.workers, self.master]:
            for pid in [*children(process.pid), process.pid]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.wait(timeout=30)
        for log in self.logs:
            log.close()


def children(pid: int) -> list[int]:
    """The processes that a process has started, and those that these have."""
    found = []
    for own in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(own.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        if parent == pid:
            child = int(own.parent.name)
            found += [child, *children(child)]
    return found


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the master has ended; see its log")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("the master does not listen")
