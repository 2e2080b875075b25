#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write codec_rows.h: what Python makes of bytes and of text.

usage: codec_rows.py > codec_rows.h && clang-format -i codec_rows.h
"""
import codecs

HANDLERS = ["strict", "replace", "ignore", "backslashreplace",
            "surrogateescape"]

DECODE = [
    ("utf-8", b"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"),
    ("utf-8", b"a\xffz"),
    ("utf-8", b"\x80\x81z"),
    ("utf-8", b"\xc0\xafz"),
    ("utf-8", b"\xe2\x82z"),
    ("utf-8", b"\xe2\x82"),
    ("utf-8", b"\xf0\x9f\x98z"),
    ("utf-8", b"\xf0\x9f\x98"),
    ("utf-8", b"\xed\xa0\x80z"),
    ("utf-8", b"\xed\xb2\xa9"),
    ("utf-8", b"\xf4\x90\x80\x80z"),
    ("utf-8", b"\xe0\x80\x80"),
    ("utf-8", b"\xf0\x80\x80\x80"),
    ("utf-8", b"\xf5z\xc3"),
    ("ascii", b"ab\x80\xffc"),
    ("latin-1", b"ab\x80\xffc"),
    ("utf-8-sig", b"\xef\xbb\xbfab"),
    ("utf-8-sig", b"ab"),
    ("utf-8-sig", b"\xef\xbb\xbf\xef\xbb\xbfz"),
    ("utf-16-le", b"a\0\xac\x20\x3d\xd8\x00\xde"),
    ("utf-16-le", b"\x3d\xd8z\0"),
    ("utf-16-le", b"\x00\xdez\0"),
    ("utf-16-le", b"\x90\xdc"),
    ("utf-16-le", b"a\0\x3d\xd8"),
    ("utf-16-le", b"\x3d\xd8\x01"),
    ("utf-16-le", b"a\0z"),
    ("utf-16-le", b"\xf0\xd8\x80\xdb\xa0"),
    ("utf-16-be", b"\0a\x20\xac\xd8\x3d\xde\x00"),
    ("utf-16-be", b"\xd8\x3d\0z"),
    ("utf-16-be", b"\xdc\x90\0z"),
    ("utf-16", b"\xff\xfea\0"),
    ("utf-16", b"\xfe\xff\0a"),
    ("utf-16", b"a\0"),
    ("utf-16", b"\xff"),
    ("utf-16", b""),
    ("utf-32-le", b"a\0\0\0\xac\x20\0\0\0\xf6\1\0"),
    ("utf-32-le", b"\0\xd8\0\0z\0\0\0"),
    ("utf-32-le", b"\0\0\x11\0z\0\0\0"),
    ("utf-32-le", b"a\0\0\0\xff\xfe\xfd"),
    ("utf-32-be", b"\0\0\0a\0\0\x20\xac"),
    ("utf-32-be", b"\xff\xff\xff\xffz"),
    ("utf-32", b"\xff\xfe\0\0a\0\0\0"),
    ("utf-32", b"\0\0\xfe\xff\0\0\0a"),
    ("utf-32", b"a\0\0\0"),
    ("cp1252", b"\x80\x81\x9f"),
    ("koi8-r", b"\xf0\xd2\xc9\xd7\xc5\xd4"),
    ("shift_jis", b"\x82\xa0\xff"),
    ("euc-jp", b"\xa4\xa2z"),
]

ENCODE = [
    ("utf-8", "a\u20ac\ud83dz"),
    ("utf-8", "\udc80\udcffz"),
    ("ascii", "a\xe9z"),
    ("ascii", "\u20ac\U0001f600"),
    ("ascii", "\udcff"),
    ("latin-1", "\xe9\u20ac"),
    ("latin-1", "\udc80"),
    ("utf-16-le", "a\u20ac\U0001f600"),
    ("utf-16-be", "a\u20ac\U0001f600"),
    ("utf-16-le", "a\ud800b"),
    ("utf-16-be", "\udc80"),
    ("utf-16", "a"),
    ("utf-32", "a"),
    ("utf-8-sig", "a"),
    ("utf-32-le", "a\U0001f600"),
    ("utf-32-be", "\u20ac\udfff"),
    ("cp1252", "\u20ac\u3042"),
    ("cp1252", "\udc81"),
    ("shift_jis", "\u3042\u20ac"),
    ("koi8-r", "\u041f\xe9"),
    ("cp1252", "a\U000e0041b"),
]


def literal(data):
    """A C string literal; an escape is never followed by a hex digit."""
    out, escaped = "", False
    for byte in data:
        char = chr(byte)
        if 32 <= byte < 127 and char not in '"\\':
            if escaped and char in "0123456789abcdefABCDEF":
                out += '" "'
            out, escaped = out + char, False
        else:
            out, escaped = out + "\\x%02X" % byte, True
    return '"%s"' % out


def bytes_of(data):
    return "FAILS" if data is None else "BYTES(%s)" % literal(data)


def try_to(convert):
    try:
        return convert()
    except UnicodeError:
        return None


def decode(encoding, data, handler):
    decoder = codecs.getincrementaldecoder(encoding)(handler)
    return decoder.decode(data, True).encode("utf-8", "surrogatepass")


def row(encoding, given, results):
    print("\t{%s, %s, {%s}}," % (literal(encoding.encode()), bytes_of(given),
                                ", ".join(map(bytes_of, results))))


print("/* SPDX-License-Identifier: MIT */")
print("/* Written by codec_rows.py: encoding, given, and what comes of it with")
print(" * %s. */" % ", ".join(HANDLERS))
print("static const struct row decode_rows[] = {")
for name, raw in DECODE:
    row(name, raw, [try_to(lambda: decode(name, raw, h)) for h in HANDLERS])
print("};\n\nstatic const struct row encode_rows[] = {")
for name, text in ENCODE:
    row(name, text.encode("utf-8", "surrogatepass"),
        [try_to(lambda: text.encode(name, h)) for h in HANDLERS])
print("};")
