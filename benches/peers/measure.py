"""Runs one command and prints what it took as JSON.

    python3 -I -S measure.py THREADS LOG COMMAND...

Wall seconds, CPU seconds (with all waited-for children) and peak resident bytes, by wait4. For a command with several
processes the peak is that of the largest one, which favours it. The command may use THREADS processors. This program
stays small because a child's peak is never reported below that of the process which started it.
"""
import json
import os
import sys
import time


def main():
    threads, log, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    actions = [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, out, 2)]
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    print(json.dumps({"status": os.waitstatus_to_exitcode(status), "wall_s": round(wall, 4),
                      "cpu_s": round(usage.ru_utime + usage.ru_stime, 4), "peak_bytes": usage.ru_maxrss * 1024}))


main()
