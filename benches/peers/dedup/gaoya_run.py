"""gaoya: its own words, shingles, signatures and index in Rust; batches in parallel, similarity at the threshold."""
import os

import common

a = common.arguments()
os.environ["RAYON_NUM_THREADS"] = str(a.threads)
import gaoya  # noqa: E402


def main():
    index = gaoya.minhash.MinHashStringIndex(hash_size=32, jaccard_threshold=a.threshold, num_bands=a.bands,
                                             band_size=a.rows, analyzer="word", lowercase=True,
                                             ngram_range=(a.ngram, a.ngram), id_container="smallvec")
    ids, pairs = [], []
    for batch in common.batches(common.records(a.input), 1024):
        first = len(ids)
        ids += [i for i, _ in batch]
        texts = [text for _, text in batch]
        index.par_bulk_insert_docs(list(range(first, len(ids))), texts)
        for n, found in enumerate(index.par_bulk_query(texts), first):
            pairs += [(other, n) for other in found if other < n]
    common.write_found(a, ids, pairs)


if __name__ == "__main__":
    main()
