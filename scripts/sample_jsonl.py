#!/usr/bin/env python3
"""Writes examples/articles.jsonl from the articles in examples/articles.

  scripts/sample_jsonl.py            write the file
  scripts/sample_jsonl.py --check    compare, write nothing, status 1 if it differs

The text of a record is the unchanged file, so offsets agree between both forms of the sample.
The title is the first line of the file. Dates are in the table below, because a text file
cannot hold them. A file without a row, or a row without a file, is an error.
"""
import json
import pathlib
import sys

DATES = {
    "harbor-courier/lighthouse-lamp.txt": "2017-09-20",
    "the-meridian/last-keeper.txt": "2017-09-23",
    "northwire/saltmarsh-crane.txt": "2017-09-26",
    "harbor-courier/crane-failure.txt": "2017-09-27",
    "capital-ledger/port-insurers.txt": "2017-09-28",
    "prairie-post/grain-barges.txt": "2017-09-29",
    "city-desk/crane-explainer.txt": "2017-09-30",
    "capital-ledger/tillerson-channels.txt": "2017-10-01",
    "the-meridian/diplomacy-by-tweet.txt": "2017-10-03",
    "prairie-post/rocket-man-rally.txt": "2017-10-04",
    "harbor-courier/ferry-timetable.txt": "2017-10-05",
    "prairie-post/sugar-beets.txt": "2017-10-06",
    "city-desk/night-bus.txt": "2017-10-07",
    "city-desk/weather.txt": "2017-10-08",
}


def records(folder):
    found = {path.relative_to(folder).as_posix(): path for path in folder.glob("*/*.txt")}
    if found.keys() != DATES.keys():
        sys.exit(f"files and dates differ: {sorted(found.keys() ^ DATES.keys())}")
    for name in sorted(found):
        text = found[name].read_bytes().decode("utf-8")
        yield {
            "id": name,
            "outlet": name.split("/")[0],
            "date": DATES[name],
            "title": text.split("\n", 1)[0],
            "text": text,
        }


def main():
    examples = pathlib.Path(__file__).resolve().parent.parent / "examples"
    target = examples / "articles.jsonl"
    lines = "".join(
        json.dumps(record, ensure_ascii=False) + "\n" for record in records(examples / "articles")
    )
    if "--check" not in sys.argv[1:]:
        target.write_bytes(lines.encode("utf-8"))
    elif not target.exists() or target.read_bytes() != lines.encode("utf-8"):
        sys.exit(f"{target.name} is out of date. run scripts/sample_jsonl.py")


if __name__ == "__main__":
    main()
