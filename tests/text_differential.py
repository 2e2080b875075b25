#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same operations on libtempfile's text files and on Python's.

usage: text_differential.py LIBRARY [--sequences N] [--seed S] [--only S N]

Every sequence opens a file in some encoding, newline mode, error handler and
buffer size, writes, reads, seeks, truncates, damages and rolls over at random,
and compares each result, each position, and the bytes at the end.

Where the two differ on purpose:

  what                          Python                   libtempfile
  ----------------------------  -----------------------  ----------------------
  lengths                       characters               bytes of UTF-8
  reading, then writing         at the end of what was   at the position
                                read ahead
  truncating what was read      still read from cache    gone
  ahead
  bytes that cannot be decoded  fail the call that       fail the call that
                                reads ahead over them    reaches them
  after such a failure          what the chunk held is   the position is where
                                lost                     the call began
  a failed write at 0           the next has no mark     it has one
  a write of nothing            writes the mark          does nothing
  writing UTF-16, then reading  fails: no mark was read  reads
  half of a mark (utf-8-sig,    reads as nothing         is a bad sequence
  EF or EF BB, and the end)
  stateful encodings            a shift lasts from one   every write ends in the
                                write to the next        initial state
                                can be sought            only 0 and the end
  tell in or behind bytes that  somewhere near           where the next
  cannot be decoded                                      character begins
  grown by truncate in memory   not                      with zeros

What is left out, because one side gives no answer to compare with:

  iso2022_kr: after a seek to the end Python goes back to ASCII by ESC ( B,
  which that encoding does not have, and after a failed write it leaves out
  the ESC $ ) C that nobody has seen; neither it nor iconv can read the result,
  and tell() overflows. What libtempfile writes both read.

  Bad bytes in utf-7: in what state they leave glibc's iconv depends on how many
  bytes it was given at once, so with buffers of a few bytes (2 and 3 were seen)
  another number of characters after them is bad. Python's answer is a third:
  it takes up again where iconv stays in base 64.
"""
import argparse
import ctypes
import io
import os
import random
import sys
import tempfile

ENCODINGS = ["utf-8", "utf-8-sig", "ascii", "latin-1", "utf-16", "utf-16-le",
             "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp1252",
             "koi8-r", "iso8859-15", "cp932", "euc_jp", "gbk", "big5",
             "euc_kr", "gb18030"]
OWN = ENCODINGS[:10]
# How long a bad sequence is, iconv does not say: none are made in these.
MULTIBYTE = ENCODINGS[13:]
STATEFUL = ["utf-7", "iso2022_jp"]
NEWLINES = [None, "", "\n", "\r", "\r\n"]
ERRORS = ["strict", "replace", "ignore", "backslashreplace", "surrogateescape"]
BUFFERS = [0, 1, 2, 3, 5, 7, 64, 4096]

UNICODE = "aZ \n\r\r\n\xe9\xff\u0416\u20ac\u3042\ufffd\uffff\U0001f600\U0010ffff"
ALPHABETS = {
    "ascii": "abcxyz 019\n\r\x00\x7f",
    "latin-1": "abc \n\r\xe9\xff\x80\xa0",
    "cp1252": "abc \n\r\xe9\xff\u20ac\u2122",
    "koi8-r": "abc \n\r\u0416\u0430\u2500",
    "iso8859-15": "abc \n\r\xe9\u20ac\u0153",
    "cp932": "abc \n\r\u3042\u30a2\u65e5\uff71",
    "euc_jp": "abc \n\r\u3042\u30a2\u65e5\uff71",
    "iso2022_jp": "abc \n\r\u3042\u30a2\u65e5",
    "gbk": "abc \n\r\u4e2d\u6587\u56fd",
    "big5": "abc \n\r\u4e2d\u6587\u570b",
    "euc_kr": "abc \n\r\ud55c\uae00",
}
UNENCODABLE = "\U0001f600"
SURROGATES = "\ud800\udc80\udcff\udfff"
PLAIN = 1 << 63  # cookies below are byte offsets


class Options(ctypes.Structure):
    _fields_ = ([("size", ctypes.c_size_t)]
                + [(name, ctypes.c_char_p) for name in ("prefix", "suffix",
                                                        "dir", "beside")]
                + [("inside", ctypes.c_void_p)]
                + [(name, ctypes.c_char_p) for name in ("mode", "encoding",
                                                        "errors", "newline")]
                + [("max_size", ctypes.c_int64), ("limit", ctypes.c_int64),
                   ("buffering", ctypes.c_int), ("flags", ctypes.c_uint),
                   ("permissions", ctypes.c_uint),
                   ("random_chars", ctypes.c_uint)])


def load(path):
    library = ctypes.CDLL(path, use_errno=True)
    handle, size = ctypes.c_void_p, ctypes.c_size_t
    signatures = {
        "open": (handle, [ctypes.POINTER(Options)]),
        "open_spooled": (handle, [ctypes.POINTER(Options)]),
        "read": (ctypes.c_ssize_t, [handle, ctypes.c_void_p, size]),
        "write": (ctypes.c_ssize_t, [handle, ctypes.c_char_p, size]),
        "getline": (ctypes.c_ssize_t, [handle, ctypes.c_void_p,
                                       ctypes.c_void_p]),
        "seek": (ctypes.c_int64, [handle, ctypes.c_int64, ctypes.c_int]),
        "tell": (ctypes.c_int64, [handle]),
        "truncate": (ctypes.c_int, [handle, ctypes.c_int64]),
        "flush": (ctypes.c_int, [handle]),
        "fileno": (ctypes.c_int, [handle]),
        "rollover": (ctypes.c_int, [handle]),
        "close": (ctypes.c_int, [handle]),
        "free": (None, [ctypes.c_void_p]),
        "errmsg": (ctypes.c_char_p, []),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, "tempfile_" + name)
        function.restype, function.argtypes = result, arguments
    return library


def utf8(text):
    return text.encode("utf-8", "surrogatepass")


def raw(text):
    return None if text is None else text.encode()


class Growing(io.BytesIO):
    """A BytesIO that truncate can make longer, as it does every file."""

    def truncate(self, size=None):
        end = self.getbuffer().nbytes
        if size is not None and size > end:
            position = self.tell()
            self.seek(end)
            self.write(bytes(size - end))
            self.seek(position)
        return super().truncate(size)


class Theirs:
    """A text file of Python's.

    On a file only from 3.13 on: before, a BufferedRandom that was read from
    and sought writes in the wrong place.
    """

    def __init__(self, pick, spooled, max_size, **keywords):
        self.chunk = pick([1, 2, 3, 7, 8192])
        self.memory = None
        self.spooled = False
        if sys.version_info < (3, 13) or pick([False, True]):
            self.memory = Growing()
            line_buffering = keywords.pop("buffering") == 1
            self.file = io.TextIOWrapper(self.memory, **keywords,
                                         line_buffering=line_buffering)
        elif spooled:
            self.spooled = True
            self.file = tempfile.SpooledTemporaryFile(
                mode="w+t", max_size=max_size, **keywords)
        else:
            self.file = tempfile.TemporaryFile(mode="w+t", **keywords)
        self.set_chunk()

    def set_chunk(self):
        """Rolling over makes another object."""
        wrapper = self.file._file if self.spooled else self.file
        wrapper._CHUNK_SIZE = self.chunk

    def __getattr__(self, name):
        self.set_chunk()
        return getattr(self.file, name)

    def truncate(self, size):
        if self.spooled:  # in memory it would not grow
            self.file.rollover()
        self.file.truncate(size)

    def damage(self, data, offset):
        self.file.flush()
        if self.memory is not None:
            end = self.memory.getbuffer().nbytes
            if end < offset + len(data):
                self.memory.truncate(offset + len(data))
            self.memory.getbuffer()[offset:offset + len(data)] = data
            return
        if self.spooled:
            self.file.rollover()
        os.pwrite(self.file.fileno(), data, offset)

    def content(self):
        self.file.flush()
        if self.memory is not None:
            return self.memory.getvalue()
        if self.spooled:
            self.file.rollover()
        fd = self.file.fileno()
        return os.pread(fd, os.fstat(fd).st_size, 0)


class Mismatch(Exception):
    pass


class Failed(Exception):
    """A call of libtempfile's that gave -1."""


class Ours:
    """A text file of libtempfile's."""

    def __init__(self, library, spooled, max_size, encoding, errors, newline,
                 buffering):
        options = Options(size=ctypes.sizeof(Options), mode=b"w+t",
                          encoding=raw(encoding), errors=raw(errors),
                          newline=raw(newline), buffering=buffering,
                          max_size=max_size)
        self.library = library
        make = library.tempfile_open_spooled if spooled \
            else library.tempfile_open
        self.handle = make(ctypes.byref(options))
        if not self.handle:
            raise Mismatch("open: " + library.tempfile_errmsg().decode())
        self.line = ctypes.c_void_p()
        self.capacity = ctypes.c_size_t()

    def call(self, name, *arguments):
        function = getattr(self.library, "tempfile_" + name)
        result = function(self.handle, *arguments)
        if result < 0:
            raise Failed(name, ctypes.get_errno())
        return result

    def read(self, n):
        place = ctypes.create_string_buffer(n)
        got = self.call("read", place, n)
        return place.raw[:got]

    def getline(self):
        ctypes.set_errno(0)
        try:
            n = self.call("getline", ctypes.byref(self.line),
                          ctypes.byref(self.capacity))
        except Failed as failure:
            if failure.args[1] == 0:
                return b""
            raise
        return ctypes.string_at(self.line.value, n)

    def content(self):
        self.call("flush")
        fd = self.call("fileno")
        return os.pread(fd, os.fstat(fd).st_size, 0)

    def close(self):
        self.library.tempfile_free(self.line)
        if self.library.tempfile_close(self.handle) < 0:
            raise Mismatch("close: " + self.library.tempfile_errmsg().decode())


class Sequence:
    """One file each, and what has been done to both."""

    def __init__(self, library, seed):
        self.random = random.Random(seed)
        pick = self.random.choice
        self.stateful = self.random.random() < 0.05
        self.encoding = pick(STATEFUL if self.stateful else ENCODINGS)
        self.errors = pick(ERRORS)
        self.newline = pick(NEWLINES)
        self.log = []
        spooled = self.random.random() < 0.6
        max_size = pick([0, 1, 5, 20, 100]) if spooled else 0
        buffering = pick(BUFFERS)
        self.note("open", spooled, max_size, self.encoding, self.errors,
                  self.newline, buffering)
        self.ours = Ours(library, spooled, max_size, self.encoding,
                         self.errors, self.newline, buffering)
        self.theirs = Theirs(pick, spooled, max_size, encoding=self.encoding,
                             errors=self.errors, newline=self.newline,
                             buffering=buffering if buffering else -1)
        self.told = []
        self.may_write = True  # the two positions are the same bytes
        self.damaged = False

    def note(self, *what):
        self.log.append(what)

    def expect(self, condition, *what):
        if not condition:
            raise Mismatch(repr(what))

    def both_seek(self, ours, theirs, whence=0):
        self.theirs.seek(theirs, whence)
        position = self.ours.call("seek", ours, whence)
        self.may_write = whence == 2 or theirs < PLAIN
        return position

    def resync(self):
        """After a failure of theirs: nobody knows where they are."""
        self.both_seek(0, 0)

    # the operations

    def text(self):
        alphabet = ALPHABETS.get(self.encoding, UNICODE)
        n = self.random.choice([1, 2, 3, 5, 10, 30])
        text = "".join(self.random.choice(alphabet) for _ in range(n))
        dice = self.random.random()
        if dice < 0.1:
            text += UNENCODABLE + self.random.choice("ab")
        elif dice < 0.2 and self.encoding in OWN:
            text += self.random.choice(SURROGATES) + "z"
        elif dice < 0.25:
            text *= 40
        return text

    def align(self):
        """Make theirs write where they are, and not where they have read to."""
        cookie = self.theirs.tell()
        if cookie < PLAIN and not self.stateful and not self.damaged:
            self.both_seek(self.ours.call("tell"), cookie)
        else:
            self.both_seek(0, 0, 2)

    def write(self):
        self.align()
        if self.encoding in MULTIBYTE:
            self.cut(self.ours.call("tell"))
        text = self.text()
        self.note("write", text)
        bytes_ = utf8(text)
        try:
            self.theirs.write(text)
            failed = False
        except UnicodeError:
            failed = True
        if failed:
            before = self.ours.call("tell")
            try:
                self.ours.call("write", bytes_, len(bytes_))
            except Failed:
                self.expect(self.ours.call("tell") == before, "moved")
                self.resync()
                return
            raise Mismatch("wrote what Python would not")
        while bytes_:
            n = len(bytes_)
            if self.random.random() < 0.3 and not self.stateful:
                n = self.random.randint(1, n)
            self.expect(self.ours.call("write", bytes_[:n], n) == n, "count")
            bytes_ = bytes_[n:]
        self.told = [pair for pair in self.told if pair[1] < PLAIN]
        if self.stateful:
            self.may_write = False

    def whole_only(self):
        return (self.errors in ("backslashreplace", "surrogateescape")
                and self.damaged)

    def read_failed(self, what, error):
        """Theirs failed; ours must as well if it has to come so far."""
        misses_mark = "BOM" in str(error) and self.ours.call("tell") != 0
        if what == "all" and not misses_mark:
            try:
                self.drain()
            except Failed as failure:
                self.expect(failure.args[1] == 84, "errno", failure)
            else:
                raise Mismatch("read what Python could not")
        self.resync()

    def drain(self):
        parts = []
        while True:
            part = self.ours.read(self.random.choice([7, 64, 5000]))
            if not part:
                return b"".join(parts)
            parts.append(part)

    def take(self, n):
        """n bytes of ours, in portions, which may not split a character."""
        got = b""
        while len(got) < n:
            want = n - len(got)
            if self.random.random() < 0.5:
                want = self.random.randint(1, want)
            part = self.ours.read(want)
            self.expect(part, "ended early", got)
            got += part
            try:
                got.decode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                longest = 4 if self.errors == "strict" else 16
                self.expect(want < longest, "split", part)
        return got

    def read(self):
        if self.whole_only():
            self.read_all()
            return
        n = self.random.choice([1, 1, 2, 3, 5, 10, 100])
        self.note("read", n)
        try:
            text = utf8(self.theirs.read(n))
        except UnicodeError as error:
            self.read_failed("some", error)
            return
        if not text:
            self.expect(self.ours.read(10) == b"", "not at the end")
        got = self.take(len(text))
        self.expect(got == text, "read", text, got)

    def read_all(self):
        self.note("read_all")
        try:
            text = utf8(self.theirs.read())
        except UnicodeError as error:
            self.read_failed("all", error)
            return
        got = self.drain()
        self.expect(got == text, "read_all", text, got)

    def getline(self):
        self.note("getline")
        try:
            text = utf8(self.theirs.readline())
        except UnicodeError as error:
            self.read_failed("some", error)
            return
        got = self.ours.getline()
        self.expect(got == text, "getline", text, got)

    def tell(self):
        if self.stateful or self.damaged:
            return
        cookie = self.theirs.tell()
        position = self.ours.call("tell")
        self.note("tell", cookie, position)
        if cookie < PLAIN:
            self.expect(cookie == position, "tell", cookie, position)
        elif self.errors == "backslashreplace":
            return  # where writing has cut a character, it may be amid \xhh
        self.told.append((position, cookie))

    def seek(self):
        pairs = [(0, 0, 0), (0, 0, 2)]
        if not self.stateful:
            pairs += [(ours, theirs, 0) for ours, theirs in self.told]
        pair = self.random.choice(pairs)
        self.note("seek", *pair)
        position = self.both_seek(*pair)
        if pair[2] == 2:
            self.expect(self.stateful or position == self.theirs.tell(),
                        "end")
        else:
            self.expect(position == pair[0], "sought")

    def truncate(self):
        self.align()
        if not self.may_write or self.stateful:
            return
        size = self.random.choice([0, 1, 2, 3, 8, 50]
                                  + [pair[0] for pair in self.told])
        if self.encoding in MULTIBYTE:
            size = self.ours.call("tell")
        self.cut(size)
        self.damaged = True
        self.align()

    def cut(self, size):
        self.note("truncate", size)
        self.theirs.truncate(size)
        self.ours.call("truncate", size)
        self.told = [pair for pair in self.told
                     if pair[1] < PLAIN and (pair[0] <= size or
                                             self.encoding not in MULTIBYTE)]

    def damage(self):
        """Put bytes into the file from outside."""
        if self.encoding not in OWN:
            return
        data = bytes(self.random.choices(
            [0, 10, 13, 65, 128, 160, 195, 216, 220, 226, 237, 240, 254, 255],
            k=self.random.randint(1, 6)))
        offset = self.random.randint(0, 12)
        self.note("damage", offset, data)
        self.theirs.damage(data, offset)
        self.ours.call("flush")
        os.pwrite(self.ours.call("fileno"), data, offset)
        self.damaged = True
        self.told = []
        self.resync()

    def flush(self):
        self.note("flush")
        self.theirs.flush()
        self.ours.call("flush")

    def rollover(self):
        self.note("rollover")
        self.ours.call("rollover")

    def finish(self):
        theirs = self.theirs.content()
        ours = self.ours.content()
        if self.stateful:
            theirs, ours = (data.decode(self.encoding, self.errors)
                            for data in (theirs, ours))
        self.expect(theirs == ours, "content", theirs, ours)

    def close(self):
        self.theirs.close()
        self.ours.close()

    def run(self):
        operations = [self.write] * 6 + [
            self.read, self.read, self.read_all, self.getline, self.getline,
            self.getline, self.tell, self.tell, self.seek, self.seek,
            self.truncate, self.flush, self.rollover]
        if self.random.random() < 0.3:
            operations += [self.damage, self.damage]
        if self.stateful:
            for _ in range(self.random.randint(1, 5)):
                self.write()
            operations = [self.read, self.read_all, self.getline, self.seek]
            self.both_seek(0, 0)
        for _ in range(self.random.randint(3, 18)):
            self.random.choice(operations)()
        self.finish()


def is_half_mark(sequence):
    """The one difference that only the content tells: see the table."""
    return (sequence.encoding == "utf-8-sig"
            and sequence.ours.content() in (b"\xef", b"\xef\xbb"))


def run_one(library, seed):
    sequence = Sequence(library, seed)
    try:
        sequence.run()
    except (Mismatch, Failed) as mismatch:
        if is_half_mark(sequence):
            return True
        print("seed %r: %s: %s" % (seed, type(mismatch).__name__, mismatch))
        for step in sequence.log:
            print("   ", *map(repr, step))
        return False
    finally:
        sequence.close()
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("--sequences", type=int, default=3000)
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(10 ** 9))
    parser.add_argument("--only", type=int, help="this sequence of the seed")
    arguments = parser.parse_args()
    library = load(os.path.abspath(arguments.library))
    print("seed %d" % arguments.seed, flush=True)
    numbers = range(arguments.sequences) if arguments.only is None \
        else [arguments.only]
    failures = 0
    for number in numbers:
        if not run_one(library, "%d/%d" % (arguments.seed, number)):
            print("again: --seed %d --only %d" % (arguments.seed, number))
            failures += 1
            if failures == 5:
                break
    print("%d sequences, %d failures" % (len(numbers), failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
