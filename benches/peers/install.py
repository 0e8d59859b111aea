#!/usr/bin/env python3
"""Installs every peer of peers.json into a virtual environment of its own.

    python3 benches/peers/install.py [NAME ...]      (default: all)

The environments are in WIRECOPY_PEERS (default: target/peers). Existing ones are kept. For a peer that cannot be
installed, FOLDER/NAME.reason gets the last line of pip's error, and the run continues; the tables name the peer.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = Path(os.environ.get("WIRECOPY_PEERS", HERE.parents[1] / "target" / "peers"))
SPEC = json.loads((HERE / "peers.json").read_text())


def python(name):
    """The interpreter of a peer's environment."""
    return PEERS / name / "bin" / "python"


def call(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return done.returncode, lines[-1] if lines else ""


def install(name):
    """None, or why it could not be installed."""
    if (PEERS / name / "ready").exists():
        return None
    PEERS.mkdir(parents=True, exist_ok=True)
    for command in ([sys.executable, "-m", "venv", "--clear", str(PEERS / name)],
                    [str(python(name)), "-m", "pip", "install", "--quiet", *SPEC[name]]):
        code, last = call(command)
        if code:
            return last
    (PEERS / name / "ready").write_text("")
    return None


def versions(name):
    """The installed packages as `pip freeze` lists them."""
    done = subprocess.run([str(python(name)), "-m", "pip", "freeze"], capture_output=True, text=True)
    return done.stdout.split()


def main():
    for name in sys.argv[1:] or SPEC:
        reason = install(name)
        note = PEERS / f"{name}.reason"
        if reason is None:
            note.unlink(missing_ok=True)
        else:
            note.write_text(reason + "\n")
        print(f"{name}: {'ready' if reason is None else 'NOT INSTALLED: ' + reason}", flush=True)


if __name__ == "__main__":
    main()
