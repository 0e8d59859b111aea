"""text-dedup: its command for MinHash with its quickest hash; clusters from what it writes with --debug."""
import os
import pickle
import sys
from pathlib import Path

import common

a = common.arguments()
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HOME=str(a.out / "hf"))


def main():
    from text_dedup import minhash
    out = str(a.out / "kept")
    sys.argv = ["minhash", "--path", "json", "--data_files", a.input, "--split", "train", "--column", "text",
                "--idx_column", "id", "--cache_dir", str(a.out / "cache"), "--output", out, "--debug", "--clean_cache",
                "--ngram", str(a.ngram), "--min_length", "1", "--num_perm", str(a.num_perm), "--threshold",
                str(a.threshold), "--b", str(a.bands), "--r", str(a.rows), "--hash_func", "xxh3", "--hash_bits", "32",
                "--num_proc", str(a.threads)]
    try:
        minhash.main()
    except SystemExit as end:
        if end.code:
            raise
    # Its file of clusters maps the id of each document with a partner to that of the cluster's root.
    found = pickle.loads(Path(out, "uf.pkl").read_bytes())
    with open(a.out / "clusters.tsv", "w", encoding="utf-8") as f:
        f.writelines(f"{i}\t{found.find(i)}\n" for i in list(found.parent))


main()
