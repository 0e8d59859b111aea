"""passim, from a local installation: WIRECOPY_PASSIM is its command, such as /opt/passim/bin/passim.

It reads JSON Lines with id, series and text, and writes clusters of passages with begin and end in code points; every two
members of a cluster from different documents count as a pair. WIRECOPY_PASSIM_FLAGS are handed on.
"""
import glob
import itertools
import json
import os
import shlex
import subprocess

import common


def main():
    a = common.arguments()
    prepared, result = a.out / "input.json", a.out / "passim"
    with open(a.input, encoding="utf-8") as lines, open(prepared, "w", encoding="utf-8") as out:
        for line in lines:
            d = json.loads(line)
            out.write(json.dumps({"id": d["id"], "series": d.get("outlet") or d["id"], "text": d["text"]}) + "\n")
    flags = shlex.split(os.environ.get("WIRECOPY_PASSIM_FLAGS", "--n 15 --fields series"))
    subprocess.run([os.environ["WIRECOPY_PASSIM"], *flags, str(prepared), str(result)], check=True)
    clusters = {}
    for path in glob.glob(f"{result}/out.json/*.json") + glob.glob(f"{result}/*.json"):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                d = json.loads(line)
                clusters.setdefault(d["cluster"], []).append((d["id"], d["begin"], d["end"]))
    with open(a.out / "found.jsonl", "w", encoding="utf-8") as out:
        for family, members in clusters.items():
            for x, y in itertools.combinations(members, 2):
                if x[0] != y[0]:
                    sides = [{"id": i, "char_start": s, "char_end": e} for i, s, e in (x, y)]
                    out.write(json.dumps({"a": sides[0], "b": sides[1], "family": family}) + "\n")


main()
