"""datatrove: its four steps of MinHash in THREADS local workers, without the steps that only count tokens.

After its normal form words lie between single spaces, so the quickest word tokeniser that it accepts splits there; numbers
stay as they are, as with the others.
"""
import json
import os

import common

a = common.arguments()
from datatrove.executor import LocalPipelineExecutor  # noqa: E402
from datatrove.pipeline.dedup.minhash import (  # noqa: E402
    MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature)
from datatrove.pipeline.readers import JsonlReader  # noqa: E402
from datatrove.pipeline.writers.jsonl import JsonlWriter  # noqa: E402
from datatrove.utils.hashing import HashConfig  # noqa: E402
from datatrove.utils.text import TextNormConfig  # noqa: E402
from datatrove.utils.word_tokenizers import WordTokenizer  # noqa: E402


class Spaces(WordTokenizer):
    def word_tokenize(self, text):
        return text.split()

    def sent_tokenize(self, text):
        return [text]

    def span_tokenize(self, text):
        return [(0, len(text))]


def split_input():
    """One file for each worker, as datatrove shares work by files; cutting is part of the run."""
    folder = a.out / "input"
    folder.mkdir()
    size = os.path.getsize(a.input)
    with open(a.input, "rb") as whole:
        for n in range(a.threads):
            with open(folder / f"{n:05}.jsonl", "wb") as part:
                while whole.tell() < size * (n + 1) // a.threads:
                    part.write(whole.readline())
    return str(folder)


def main():
    config = MinhashConfig(n_grams=a.ngram, num_buckets=a.bands, hashes_per_bucket=a.rows,
                           norm_config=TextNormConfig(norm_numbers=False, norm_unicode_diacritics=False),
                           hash_config=HashConfig(precision=64, hash_fc="xxhash"))
    folder, work = split_input(), str(a.out / "work")
    reader = JsonlReader(folder, text_key="text", id_key="id")

    def run(name, steps, tasks):
        LocalPipelineExecutor(pipeline=steps, tasks=tasks, workers=a.threads, logging_dir=f"{work}/log/{name}").run()
    run("sign", [reader, MinhashDedupSignature(f"{work}/sign", config=config, language=Spaces())], a.threads)
    run("buckets", [MinhashDedupBuckets(f"{work}/sign", f"{work}/buckets", config=config, only_dedup_in_index=False)],
        a.bands)
    run("cluster", [MinhashDedupCluster(f"{work}/buckets", f"{work}/remove", config=config, save_cluster_id=True)], 1)
    run("filter", [reader, MinhashDedupFilter(f"{work}/remove"), JsonlWriter(f"{a.out}/kept", compression=None)],
        a.threads)
    clusters(folder, work)


def clusters(folder, work):
    """Its files of cluster numbers, with ids."""
    import struct
    with open(a.out / "clusters.tsv", "w", encoding="utf-8") as out:
        for n in range(a.threads):
            path = f"{work}/remove/{n:06}.clusters"
            if not os.path.exists(path):
                continue
            with open(path, "rb") as f:
                of = dict(struct.iter_unpack("<2I", f.read()))
            with open(f"{folder}/{n:05}.jsonl", "rb") as lines:
                for at, line in enumerate(lines):
                    if at in of:
                        out.write(f"{json.loads(line)['id']}\t{of[at]}\n")


if __name__ == "__main__":
    main()
