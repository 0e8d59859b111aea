"""datasketch: MinHash by numpy in THREADS processes, MinHashLSH, estimated similarity at the threshold."""
from multiprocessing import Pool

import numpy as np
import common
from datasketch import MinHash, MinHashLSH

a = common.arguments()
SCHEME = "affine32"


def sketch(batch):
    """Ids and signatures of a batch."""
    texts = ([s.encode() for s in common.shingles(text, a.ngram)] for _, text in batch)
    made = MinHash.bulk(texts, num_perm=a.num_perm, scheme=SCHEME)
    return [i for i, _ in batch], np.array([m.hashvalues for m in made])


def main():
    lsh = MinHashLSH(threshold=a.threshold, num_perm=a.num_perm, params=(a.bands, a.rows))
    ids, pairs, rows = [], [], []
    with Pool(a.threads) as pool:
        for names, values in pool.imap(sketch, common.batches(common.records(a.input), 256)):
            for name, row in zip(names, values):
                n = len(ids)
                m = MinHash(num_perm=a.num_perm, hashvalues=row, scheme=SCHEME)
                for other in lsh.query(m):
                    if np.count_nonzero(rows[other] == row) >= a.threshold * a.num_perm:
                        pairs.append((other, n))
                lsh.insert(n, m, check_duplication=False)
                ids.append(name)
                rows.append(row)
    common.write_found(a, ids, pairs)


if __name__ == "__main__":
    main()
