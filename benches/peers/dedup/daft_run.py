"""Daft: its reader, normalize, minhash and grouping on the native engine; components of shared bands."""
import common
import daft
from daft import DataType, col
from daft.functions import chunk, hash as hash_of, minhash, monotonically_increasing_id, normalize

a = common.arguments()


def main():
    text = normalize(col("text"), remove_punct=True, lowercase=True, white_space=True)
    sketch = minhash(text, num_hashes=a.bands * a.rows, ngram_size=a.ngram, hash_function="xxhash3_64")
    schema = {"id": DataType.string(), "text": DataType.string()}
    table = daft.read_json(a.input, infer_schema=False, schema=schema)
    table = table.with_column("n", monotonically_increasing_id())
    table = table.select("id", "n", chunk(sketch, a.rows).alias("band")).collect()
    rows = table.select("id", "n").sort("n").to_pydict()
    # Equal values in different bands come from different permutations, so the band's number need not be in the key.
    keys = table.select("n", "band").explode("band").select("n", hash_of(col("band")).alias("key"))
    buckets = keys.groupby("key").agg(col("n").list_agg()).where(col("n").list_count() > 1).select("n").to_pydict()
    place = {n: at for at, n in enumerate(rows["n"])}
    pairs = {(place[least], place[n]) for bucket in buckets["n"] for least in [min(bucket)] for n in bucket if n != least}
    labels = common.components(len(place), pairs)
    common.write_clusters(a.out, rows["id"], labels)
    common.write_kept(a.input, a.out, labels)


main()
