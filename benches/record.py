#!/usr/bin/env python3
"""Runs every bench and keeps a record of it; builds docs/benchmarks.md from a record.

    python3 benches/record.py run [--quick] [--rounds 5] [--only PART,...] [--peers NAME,...] [--machine NAME] [--work FOLDER]
    python3 benches/record.py docs [RECORD]

`run` writes benches/runs/DATE-MACHINE/: README.md (commands, versions, machine, load), raw CSV and the tables. Parts: stages,
instructions, pipeline, dedup, passages. The last two need the evaluation corpora (WIRECOPY_CORPORA, default ../shared/corpora)
and are skipped with a message where these are missing. `--peers` names the peers of dedup (default: all). `--quick`: pipeline,
instructions, and Daft alone on a part of the data.
"""
import argparse
import datetime
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "benches" / "peers"
CORPORA = Path(os.environ.get("WIRECOPY_CORPORA", ROOT.parent / "shared" / "corpora"))
PARTS = ["stages", "instructions", "pipeline", "dedup", "passages"]


def say(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def first_line(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.splitlines()[0].strip()
    except (OSError, IndexError):
        return "not there"


def machine():
    """The model name of the processor."""
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.processor())
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo", encoding="utf-8") if line.startswith("MemTotal"))
    return f"{cpu}, {os.cpu_count()} processors, {memory / 2**20:.0f} GiB, {platform.system()} {platform.release()}"


class Record:
    """A record under construction."""

    def __init__(self, a):
        self.a, self.commands = a, []
        name = re.sub(r"[^a-z0-9]+", "-", a.machine.lower()).strip("-")
        # A quick run is not a record.
        self.folder = (a.work / "quick" if a.quick else ROOT / "benches" / "runs" / f"{datetime.date.today()}-{name}")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = a.work / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.binary = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "wirecopy"

    def call(self, command, to=None, env=None):
        """Runs a command, and keeps its text and its output in the record."""
        command = [str(part) for part in command]
        self.commands.append(self.short(" ".join(command)))
        say(self.commands[-1])
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
        if to:
            (self.folder / to).write_text(done.stdout)
        if done.returncode:
            say(f"status {done.returncode}; going on")
        return done

    def short(self, text):
        for folder, name in ((self.data, "DATA"), (self.folder, "RECORD"), (CORPORA, "CORPORA"), (self.a.work, "WORK"),
                             (self.binary.parents[1], "target"), (ROOT, ".")):
            text = text.replace(str(folder), name)
        return text.replace(sys.executable, "python3")

    def stages(self):
        self.call(["cargo", "bench", "--bench", "stages"], "stages.txt")

    def instructions(self):
        self.call(["cargo", "bench", "--bench", "instructions"], "instructions.txt")

    def pipeline(self):
        env = {"WIRECOPY_BENCH_CSV": str(self.folder / "pipeline-raw.csv"), "WIRECOPY_BENCH_ROUNDS": str(self.a.rounds)}
        file = self.news(1)
        if file:
            env["WIRECOPY_BENCH_FILE"] = str(file)
        self.call(["cargo", "bench", "--bench", "pipeline"], "pipeline.md", env)

    def news(self, times):
        """The news corpus repeated so many times; None if there is no corpus."""
        source = CORPORA / "news_dev" / "docs.jsonl.zst"
        if not source.exists():
            return None
        path = self.data / f"news_x{times}.jsonl"
        if not path.exists():
            say(f"making {path.name}")
            with open(path.with_suffix(".part"), "wb") as out:
                subprocess.run([sys.executable, str(CORPORA / "tools" / "make_scale.py"), str(source), str(times)],
                               stdout=out, check=True)
            path.with_suffix(".part").rename(path)
        return path

    def head(self, path, count, name):
        to = self.data / name
        with open(path, "rb") as lines, open(to, "wb") as out:
            out.writelines(line for _, line in zip(range(count), lines))
        return to

    def unpacked(self, path):
        """A corpus file, decompressed."""
        if path.suffix != ".zst":
            return path
        to = self.data / f"{path.parent.name}-{path.stem}"
        if not to.exists():
            subprocess.run(["zstd", "-dqf", str(path), "-o", str(to)], check=True)
        return to

    def dedup(self):
        if not self.news(1):
            say("no corpora: the comparison of dedup is left out")
            return
        news = self.news(1)
        sets = {"news_x3": self.news(3)} if not self.a.quick else {}
        short = self.data / "short.jsonl"
        count = 10_000 if self.a.quick else 60_000
        with open(short, "wb") as out:
            subprocess.run([sys.executable, str(PEERS / "short_documents.py"), str(news), "--documents", str(count)],
                           stdout=out, check=True)
        sets["short"] = short
        mix = self.data / "mix"
        if not self.a.quick:
            shutil.rmtree(mix, ignore_errors=True)
            self.call(["cargo", "run", "--release", "--example", "plant", "--", "mix", news, "--size", "8",
                       "--documents", "8900", "-o", mix])
            sets["mix"] = mix / "docs.jsonl"
        peers = "daft" if self.a.quick else self.a.peers
        few = ["--peers", peers] if peers else []
        for name, path in sets.items():
            self.call([sys.executable, PEERS / "run_dedup.py", path, "--name", name, "--out", self.folder, "--rounds",
                       self.a.rounds, *few], None, {"WIRECOPY_BINARY": str(self.binary)})

    def passages(self):
        news = self.news(1)
        if not news or self.a.quick:
            say("the comparison of passages is left out")
            return
        command = [sys.executable, PEERS / "run_passages.py", "--out", self.folder, "--rounds", self.a.rounds, "--speed",
                   self.head(news, 2000, "news_2000.jsonl")]
        planted, pan = CORPORA / "implant_dev", CORPORA / "pan13_dev"
        command += ["--set", "planted", self.unpacked(planted / "docs.jsonl.zst"), f"truth={planted / 'passages.tsv'}",
                    "scope=documents",
                    f"also={self.unpacked(planted / 'passages_exact20_all.tsv.zst')}"]
        command += ["--set", "pan13", self.unpacked(pan / "docs.jsonl.zst"), f"truth={pan / 'passages.tsv'}",
                    f"pairs={pan / 'pairs.tsv'}"]
        self.call(command, None, {"WIRECOPY_BINARY": str(self.binary)})

    def readme(self, load):
        sys.path.insert(0, str(PEERS))
        import install
        lines = [f"# {datetime.date.today()}, {self.a.machine}", "", f"* machine: {machine()}",
                 f"* load average before: {load[0]:.2f}, after: {os.getloadavg()[0]:.2f}",
                 f"* wirecopy: {first_line(['git', 'describe', '--always', '--dirty'])}",
                 f"* {first_line(['rustc', '--version'])}; {first_line(['wc', '--version'])};"
                 f" Python {platform.python_version()}; {first_line(['valgrind', '--version'])}", "",
                 "## Commands", "", *(f"    {command}" for command in self.commands), "", "## Peers", ""]
        for peer in install.SPEC:
            if install.python(peer).exists():
                lines.append(f"* {peer}: {', '.join(install.versions(peer))}")
        (self.folder / "README.md").write_text("\n".join(lines) + "\n")


def run(a):
    load = os.getloadavg()
    record = Record(a)
    subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    parts = a.only.split(",") if a.only else (["instructions", "pipeline", "dedup"] if a.quick else PARTS)
    for part in parts:
        getattr(record, part)()
    record.readme(load)
    shutil.rmtree(record.folder / "work", ignore_errors=True)
    for path in sorted(record.folder.glob("*.md")) if a.quick else []:
        print(path.read_text())
    print(f"record: {record.folder}")


def newest():
    runs = [p for p in (ROOT / "benches" / "runs").iterdir() if (p / "README.md").exists() and list(p.glob("*.csv"))]
    return max(runs, key=lambda p: p.name) if runs else None


def docs(a):
    """Writes docs/benchmarks.md: the hand-written text with the tables of a record."""
    record = Path(a.record) if a.record else newest()
    frame = (ROOT / "benches" / "benchmarks.in.md").read_text()

    def table(match):
        path = record / match.group(1)
        return path.read_text().strip() if path.exists() else f"(`{match.group(1)}` is not in this record)"
    text = re.sub(r"\{\{([a-z0-9_.-]+)\}\}", table, frame).replace("{RECORD}", f"benches/runs/{record.name}")
    (ROOT / "docs" / "benchmarks.md").write_text(text)
    print(f"docs/benchmarks.md from {record.name}")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = p.add_subparsers(required=True)
    r = sub.add_parser("run")
    r.add_argument("--quick", action="store_true"), r.add_argument("--rounds", type=int, default=5)
    r.add_argument("--only"), r.add_argument("--peers"), r.add_argument("--machine", default=f"{os.cpu_count()}core")
    r.add_argument("--work", type=Path, default=ROOT / "target" / "bench-work")
    r.set_defaults(go=run)
    d = sub.add_parser("docs")
    d.add_argument("record", nargs="?")
    d.set_defaults(go=docs)
    a = p.parse_args()
    a.go(a)


if __name__ == "__main__":
    main()
