"""The setting of NEWS-COPY: MinHash of 256 over runs of two words, by datasketch, candidates and estimates from 0.45 on.
INPUT OUT THREADS."""
import sys

import numpy as np
import common
from datasketch import MinHash, MinHashLSH

PERMUTATIONS, WORDS, LEAST = 256, 2, 0.45


def main():
    ids, texts = common.read(sys.argv[1])
    made = MinHash.bulk(([run.encode() for run in common.shingles(text, WORDS)] for text in texts),
                        num_perm=PERMUTATIONS)
    lsh = MinHashLSH(threshold=LEAST, num_perm=PERMUTATIONS)
    pairs = []
    for n, sketch in enumerate(made):
        for other in lsh.query(sketch):
            share = float(np.mean(made[other].hashvalues == sketch.hashvalues))
            if share >= LEAST:
                pairs.append((other, n, share))
        lsh.insert(n, sketch, check_duplication=False)
    common.write(sys.argv[2], ids, pairs)


if __name__ == "__main__":
    main()
