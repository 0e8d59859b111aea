#!/usr/bin/env python3
"""Makes src/text/fold.bin: the class and the folded form of every code point (normal form 2).

    pip install unicodedata2==18.0.0 && python3 scripts/fold_table.py

Layout, little-endian: u32 pages, u32 pool bytes; u16 page number for each 128 code points below
0x40000; pages of 128 u32 entries; the pool (UTF-8).  An entry is class << 28 | size << 24 | value:
size 1 to 3: value holds the bytes of the folded form, first byte lowest; 13: Hangul syllable, to be
taken apart by arithmetic; 14: the character itself; 15: value is pool offset << 6 | length.
"""
import struct
import sys
from pathlib import Path

import unicodedata2 as ud

SEPARATOR, DROP, APOSTROPHE, WORD, CHARACTER, EXTEND = range(6)
INLINE_HANGUL, IDENTITY, POOLED = 13, 14, 15
LIMIT, PAGE = 0x40000, 128


def within(c, *ranges):
    return any(lo <= c <= hi for lo, hi in ranges)


APOSTROPHES = {0x27, 0xB4, 0x2BB, 0x2BC, 0x5F3, 0x1FFD, 0x2018, 0x2019, 0xFF07}
# Combining marks and fillers: accents, Hebrew and Arabic points, tatweel, kana voicing.  Not the
# Greek iota below a vowel (0x345), which capitals write beside it.
MARKS = ((0x300, 0x344), (0x346, 0x36F), (0x483, 0x489), (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x5C4, 0x5C5), (0x5C7, 0x5C7),
         (0x610, 0x61A), (0x640, 0x640), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6DC), (0x6DF, 0x6E8), (0x6EA, 0x6ED),
         (0x898, 0x89F), (0x8CA, 0x8FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0x3099, 0x309C), (0xFE00, 0xFE0F),
         (0xFE20, 0xFE2F), (0xFF9E, 0xFF9F), (0x10EFD, 0x10EFF), (0x1160, 0x1160), (0x115F, 0x115F), (0x3164, 0x3164), (0xFFA0, 0xFFA0))
# Scripts written without spaces, or by syllable: one token a character, with its combining marks.
CHARACTERS = ((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3031, 0x3035), (0x3038, 0x303C), (0x3041, 0x3098),
              (0x309D, 0x30FF), (0x3105, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
              (0xA000, 0xA48C), (0xF900, 0xFAFF), (0xFF66, 0xFF9D), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF),
              (0x1100, 0x115F), (0xA960, 0xA97C), (0x3131, 0x318E), (0xFFA1, 0xFFDC), (0xAC00, 0xD7A3),
              (0xE01, 0xE2F), (0xE40, 0xE44), (0xE81, 0xEAF), (0xEBD, 0xEBD), (0xEC0, 0xEC4), (0xEDC, 0xEDF),
              (0x1780, 0x17B3), (0x1000, 0x102A), (0x103F, 0x103F), (0x1050, 0x1055), (0x105A, 0x105D), (0x1061, 0x1061),
              (0x1065, 0x1066), (0x106E, 0x1070), (0x1075, 0x1081), (0x108E, 0x108E), (0xA9E0, 0xA9FE), (0xAA60, 0xAA7F))
EXTENDS = ((0x1160, 0x11FF), (0xD7B0, 0xD7FB), (0xE30, 0xE3A), (0xE45, 0xE4E), (0xEB0, 0xEBC), (0xEC6, 0xECE),
           (0x17B4, 0x17D3), (0x17DD, 0x17DD), (0x102B, 0x103E), (0x1056, 0x1059), (0x105E, 0x1060), (0x1062, 0x1064),
           (0x1067, 0x106D), (0x1071, 0x1074), (0x1082, 0x108D), (0x108F, 0x108F), (0x109A, 0x109D), (0xAA7B, 0xAA7D))

# Letters that are one letter in another spelling, keyboard or language of the same script; the
# reasons are in docs/method.md.
SAME = {
    0x131: "i",  # Turkish dotless i: capitals I and I with dot both fold to i
    0x671: "\u0627", 0x672: "\u0627", 0x673: "\u0627",  # alef wasla, alef with wavy hamza
    0x649: "\u064a", 0x6CC: "\u064a",  # alef maksura, Persian yeh
    0x6A9: "\u0643",  # Persian kaf
    0x629: "\u0647", 0x6C3: "\u0647",  # teh marbuta, teh marbuta goal
    0x6C1: "\u0647", 0x6D5: "\u0647",  # heh goal, ae
}
# Capitals newer than the case folding of Python 3.11 (Unicode 14).
CAPITALS = {0x1C89: 0x1C8A, 0xA7CB: 0x264, 0xA7CC: 0xA7CD, 0xA7CE: 0xA7CF, 0xA7D2: 0xA7D3,
            0xA7D4: 0xA7D5, 0xA7DA: 0xA7DB, 0xA7DC: 0x19B,
            **{0x10D50 + n: 0x10D70 + n for n in range(22)},
            **{0x16EA0 + n: 0x16EBB + n for n in range(25)}}
# Notes are built from stems and flags, which are marks by their category.
MUSIC = (0x1D100, 0x1D1FF)


def same(x):
    if ud.category(x) == "Nd":
        return str(ud.digit(x))
    return SAME.get(ord(x), x)


def folded(c):
    c = CAPITALS.get(c, c)
    s = ud.normalize("NFKD", ud.normalize("NFKD", chr(c)).casefold()).casefold()
    return "".join(same(x) for x in ud.normalize("NFKD", s)
                   if not within(ord(x), *MARKS) and ord(x) not in APOSTROPHES
                   and ud.category(x)[0] in "LNM")


def entry(c):
    """(class, folded form or None for a Hangul syllable)."""
    cat = ud.category(chr(c))
    if c in APOSTROPHES:
        return APOSTROPHE, ""
    if 0x2010 <= c <= 0x203F or cat in ("Cs", "Cn", "Co", "Cc") or within(c, MUSIC):
        return SEPARATOR, ""
    if within(c, *MARKS) or cat == "Cf":
        return DROP, ""
    if cat[0] not in "LNM":
        return SEPARATOR, ""
    if 0xAC00 <= c <= 0xD7A3:
        return CHARACTER, None
    text = folded(c)
    if not text:
        return DROP, ""
    if within(c, *EXTENDS) and cat[0] in "LM":
        return EXTEND, text
    if within(c, *CHARACTERS) and cat != "Nd":
        return CHARACTER, text
    return WORD, text


def main():
    pages, numbers, index, pool, places = [], {}, [], bytearray(), {}
    for first in range(0, LIMIT, PAGE):
        page = []
        for c in range(first, first + PAGE):
            kind, text = entry(c)
            raw = b"" if text is None else text.encode()
            if text is None:
                size, value = INLINE_HANGUL, 0
            elif text == chr(c):
                size, value = IDENTITY, 0
            elif len(raw) <= 3:
                size, value = len(raw), int.from_bytes(raw, "little")
            else:
                if raw not in places:
                    places[raw] = len(pool)
                    pool += raw
                assert len(raw) < 64 and places[raw] < 1 << 18
                size, value = POOLED, places[raw] << 6 | len(raw)
            page.append(kind << 28 | size << 24 | value)
        key = tuple(page)
        if key not in numbers:
            numbers[key] = len(pages)
            pages.append(key)
        index.append(numbers[key])
    out = struct.pack("<II", len(pages), len(pool)) + struct.pack(f"<{len(index)}H", *index)
    out += b"".join(struct.pack(f"<{PAGE}I", *p) for p in pages) + bytes(pool)
    path = Path(__file__).resolve().parent.parent / "src/text/fold.bin"
    path.write_bytes(out)
    print(f"{path.name}: Unicode {ud.unidata_version}, {len(pages)} pages, pool {len(pool)}, {len(out)} bytes", file=sys.stderr)


main()
