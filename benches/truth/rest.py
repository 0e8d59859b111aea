#!/usr/bin/env python3
"""Writes the articles that the sources of two corpora have and the corpora have not.

    rest.py CORPORA NEWS GERMAN OUT

CORPORA is the folder of the corpora; NEWS and GERMAN are clones (bare ones do) of the repositories
that news_dev and german_press are from: ramybaly/Article-Bias-Prediction at ced8111 and
SpitfireX/insm-reuse at a5d4f46. OUT gets news.jsonl and german.jsonl. Their texts are their
publishers'; they are used to check and fit how sure kinds are, and are not in this repository.
Needs the command zstd.
"""
import json
import os
import subprocess
import sys
import tempfile

NEWS = "ced8111a720948e6a410e52031ace99c4e53f096", "data/jsons"
GERMAN = "a5d4f462699b80c10949c2585c1f3a29b52b02d0", "results"


def documents(repository, commit, folder):
    """(object, name without its ending) of every JSON file of the folder."""
    git = ["git", "-C", repository]
    listed = subprocess.run([*git, "ls-tree", "-r", "-z", commit, "--", folder],
                            capture_output=True, check=True).stdout
    entries = [entry.split(b"\t") for entry in listed.split(b"\0") if entry.endswith(b".json")]
    blobs = b"".join(fields.split()[2] + b"\n" for fields, _ in entries)
    # The names come from a file: with two pipes both sides could wait for each other.
    with tempfile.TemporaryFile() as names:
        names.write(blobs)
        names.seek(0)
        with subprocess.Popen([*git, "cat-file", "--batch"], stdin=names,
                              stdout=subprocess.PIPE) as reader:
            for _, name in entries:
                size = int(reader.stdout.readline().split()[2])
                data = reader.stdout.read(size)
                reader.stdout.read(1)
                try:
                    found = json.loads(data)
                except ValueError:
                    continue
                if isinstance(found, dict):
                    yield found, os.path.basename(name.decode()).removesuffix(".json")


def ids(corpora, name):
    path = f"{corpora}/{name}/docs.jsonl.zst"
    lines = subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
    return {json.loads(line)["id"] for line in lines.splitlines()}


def news(own, repository):
    for article, name in documents(repository, *NEWS):
        if name not in own:
            text = article.get("content_original") or article["content"]
            yield {"id": name, "text": text, "outlet": article["source"],
                   "date": article["date"], "title": article["title"]}


def german(own, repository):
    """A file has two articles; the corpus writes their ids with the letters of file names."""
    for pair, _ in documents(repository, *GERMAN):
        for side in "ab":
            name = (pair.get(f"{side}_id") or "").rstrip("=").replace("/", "_").replace("+", "-")
            if name and name not in own:
                own.add(name)
                text = pair.get(f"{side}_text") or ""
                yield {"id": name, "text": text, "outlet": pair.get(f"{side}_publication"),
                       "date": (pair.get(f"{side}_date") or "")[:10] or None,
                       "title": text.split("\n")[0][:150]}


def write(path, found):
    with open(path, "w", encoding="utf-8") as out:
        count = 0
        for document in found:
            out.write(json.dumps(document, ensure_ascii=False) + "\n")
            count += 1
    print(f"{path}: {count} documents")


def main():
    corpora, news_repository, german_repository, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    write(f"{out}/news.jsonl", news(ids(corpora, "news_dev"), news_repository))
    write(f"{out}/german.jsonl",
          german(ids(corpora, "copies_dev/german_press"), german_repository))


if __name__ == "__main__":
    main()
