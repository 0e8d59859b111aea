"""text-matcher: three-word runs of stems by difflib, extended over similar words; its default settings.

Its stop words are used where NLTK has them (they are a download of their own), else it runs without them. It heals words
hyphenated at line ends before it counts, so its places are mapped back.
"""
import contextlib
import io
import re

import common
from text_matcher import matcher

HYPHEN = re.compile(r"([A-Za-z])- ([a-z])")


def stop_words():
    try:
        import nltk
        nltk.corpus.stopwords.words("english")
        return True
    except LookupError:
        return False


STOP = stop_words()


def prepare(text):
    return matcher.Text(text, "text", removeStopwords=STOP), [m.start() + 1 for m in HYPHEN.finditer(text)]


def back(at, cuts):
    """A place in the text as given, from one in the healed text: each heal took two characters."""
    for n, cut in enumerate(cuts):
        if at <= cut - 2 * n:
            return at + 2 * n
    return at + 2 * len(cuts)


def compare(a, b):
    with contextlib.redirect_stdout(io.StringIO()):
        found = matcher.Matcher(a[0], b[0], removeStopwords=STOP)
        for match in found.extended_matches:
            spans = (found.getLocations(a[0], match.a, match.sizeA + found.ngramSize - 1),
                     found.getLocations(b[0], match.b, match.sizeB + found.ngramSize - 1))
            if spans[0] and spans[1]:
                yield back(spans[0][0], a[1]), back(spans[0][1], a[1]), back(spans[1][0], b[1]), back(spans[1][1], b[1])


if __name__ == "__main__":
    common.run(prepare, lambda a, b: list(compare(a, b)))
