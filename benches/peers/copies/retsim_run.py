"""RETSim by unisim: one vector for the whole text, cosine similarity of all pairs. INPUT OUT THREADS."""
import sys

import numpy as np
import common
from unisim import TextSim

LEAST = 0.85


def main():
    ids, texts = common.read(sys.argv[1])
    model = TextSim(store_data=False, index_type="exact", batch_size=128)
    parts = [np.asarray(model.embed(texts[n:n + 256])) for n in range(0, len(texts), 256)]
    vectors = np.concatenate(parts).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    common.write(sys.argv[2], ids, common.near(vectors, LEAST))


if __name__ == "__main__":
    main()
