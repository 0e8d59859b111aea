"""rensa: R-MinHash and RMinHashLSH in batches, estimated similarity at the threshold.

Shingles are handed over as hashes in one flat array for each batch, the quickest way in that it offers.
"""
import os

import common

a = common.arguments()
os.environ["RAYON_NUM_THREADS"] = str(a.threads)
from rensa import RMinHash, RMinHashLSH  # noqa: E402


def main():
    lsh = RMinHashLSH(threshold=a.threshold, num_perm=a.num_perm, num_bands=a.bands)
    ids, pairs, made = [], [], []
    for batch in common.batches(common.records(a.input), 1024):
        first = len(ids)
        ids += [i for i, _ in batch]
        new = RMinHash.from_token_sets([common.shingles(text, a.ngram) for _, text in batch], a.num_perm, 42)
        made += new
        lsh.insert_many(new, first)
        for n, found in enumerate(lsh.query_all(new), first):
            pairs += [(other, n) for other in found if other < n and made[other].jaccard(made[n]) >= a.threshold]
    common.write_found(a, ids, pairs)


if __name__ == "__main__":
    main()
