"""The suffix-array tool for repeated strings, from a local build: WIRECOPY_SUFFIX_ARRAY is its dedup_dataset program.

It names repeated byte ranges of one long text and neither pairs nor documents, so only its speed and memory are compared.
"""
import os
import subprocess

import common

LENGTH = 100


def main():
    a = common.arguments()
    program, text = os.environ["WIRECOPY_SUFFIX_ARRAY"], a.out / "text"
    with open(text, "wb") as out:
        for n, (_, body) in enumerate(common.documents(a.input)):
            out.write(b"\xff\xff" + n.to_bytes(4, "little") + body.encode())
    cache = a.out / "cache"
    cache.mkdir()
    threads = ["--num-threads", str(a.threads)]
    for step in (["make", "--data-file", str(text)],
                 ["self-similar", "--data-file", str(text), "--length-threshold", str(LENGTH), "--cache-dir", str(cache),
                  *threads],
                 ["collect", "--data-file", str(text), "--cache-dir", str(cache), "--length-threshold", str(LENGTH)]):
        subprocess.run([program, *step], check=True)


main()
