"""Runs can be watched, stopped, forked, and leave the interpreter free."""

import multiprocessing
import os
import signal
import sys
import threading
import time

import pytest

import wirecopy

WORDS = [f"word{n}" for n in range(400)]


def corpus(documents: int) -> list[str]:
    """Texts that share passages with many others."""
    return [
        " ".join(WORDS[(n * step) % 400] for step in range(1, 400)) + f" end {n}"
        for n in range(documents)
    ]


def test_progress_is_reported() -> None:
    stages = []
    wirecopy.scan(corpus(50), progress=lambda stage, done, total: stages.append((stage, done, total)))
    assert stages and all(isinstance(stage, str) for stage, _, _ in stages)
    assert len(wirecopy.scan(corpus(5), progress=True).pairs) >= 0


def test_an_exception_of_progress_stops_the_run() -> None:
    def fail(stage: str, done: int, total: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        wirecopy.scan(corpus(2_000), progress=fail)


def test_ctrl_c_stops_the_run() -> None:
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    texts = corpus(20_000)
    # A program that a shell started in the background ignores the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer.start()
    since = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            while time.monotonic() - since < 60:
                wirecopy.scan(texts)
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_go_on() -> None:
    counted = 0
    done = threading.Event()

    def count() -> None:
        nonlocal counted
        while not done.is_set():
            counted += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    wirecopy.scan(corpus(3_000))
    done.set()
    thread.join()
    assert counted > 10


def in_child(queue: "multiprocessing.Queue[int]") -> None:
    found = wirecopy.scan(corpus(20))
    queue.put(len(found.families) + len(found.copies()))


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_a_forked_process_works_too() -> None:
    found = wirecopy.scan(corpus(20))
    expected = len(found.families) + len(found.copies())
    context = multiprocessing.get_context("fork")
    queue: "multiprocessing.Queue[int]" = context.Queue()
    child = context.Process(target=in_child, args=(queue,))
    child.start()
    assert queue.get(timeout=60) == expected
    child.join(timeout=60)
    assert child.exitcode == 0
