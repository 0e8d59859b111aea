"""SimHash of 64 bits over runs of three words; the share of equal bits, of all pairs. INPUT OUT THREADS."""
import sys
from hashlib import blake2b

import numpy as np
import common

BITS, WORDS, LEAST = 64, 3, 0.7


def signs(text):
    """The bits of a text, as 1 and -1."""
    runs = common.shingles(text, WORDS)
    if not runs:
        return np.zeros(BITS, np.float32)
    digests = b"".join(blake2b(run.encode(), digest_size=BITS // 8).digest() for run in runs)
    bits = np.unpackbits(np.frombuffer(digests, np.uint8).reshape(len(runs), -1), axis=1)
    return np.where(2 * bits.sum(axis=0, dtype=np.int64) >= len(runs), 1, -1).astype(np.float32)


def main():
    ids, texts = common.read(sys.argv[1])
    vectors = np.array([signs(text) for text in texts])
    # The product of two rows is what is equal less what is not.
    pairs = common.near(vectors / BITS ** 0.5, 2 * LEAST - 1)
    common.write(sys.argv[2], ids, ((a, b, (1 + s) / 2) for a, b, s in pairs))


if __name__ == "__main__":
    main()
