# SPDX-License-Identifier: MIT
"""python.py OPERATION COUNT: do it so often with Python's tempfile, and print
the nanoseconds that one took: by the clock, and of the processor."""
import os
import shutil
import sys
import tempfile
import threading
import time

MIB = 1024 * 1024
SMALL_BYTES = 64 * MIB
SMALL = b'0123456789abcde\n'
TEXT_LINES = 200_000
LINE = 'Zwölf Boxkämpfer jagen Viktor über den Deich'
TEXTS = {
    'utf8': {'encoding': 'utf-8', 'newline': '\n'},
    'crlf': {'encoding': 'utf-8', 'newline': '\r\n'},
    'utf16': {'encoding': 'utf-16', 'newline': '\n'},
}


def measure(count, work):
    clock, processor = time.perf_counter_ns(), time.process_time_ns()
    work()
    wall = time.perf_counter_ns() - clock
    print(wall / count, (time.process_time_ns() - processor) / count)


def repeat(count, one):
    def work():
        for _ in range(count):
            one()
    measure(count, work)


def anonymous():
    tempfile.TemporaryFile().close()


def anonymous_1k():
    with tempfile.TemporaryFile() as file:
        file.write(bytes(1024))


def named():
    tempfile.NamedTemporaryFile().close()


def directory():
    tempfile.TemporaryDirectory().cleanup()


def spooled_1k():
    with tempfile.SpooledTemporaryFile(max_size=65536) as file:
        file.write(bytes(1024))
        file.seek(0)
        file.read()


def spool(room, total, piece):
    with tempfile.SpooledTemporaryFile(max_size=room) as file:
        for _ in range(total // len(piece)):
            file.write(piece)


def write_small(file):
    for _ in range(SMALL_BYTES // 16):
        file.write(SMALL)


def write_16():
    with tempfile.TemporaryFile() as file:
        write_small(file)


def read_lines(count, file):
    def one():
        file.seek(0)
        for _ in file:
            pass
    repeat(count, one)


def lines(count):
    with tempfile.TemporaryFile() as file:
        write_small(file)
        read_lines(count, file)


def fill_text(file):
    for _ in range(TEXT_LINES):
        file.write(LINE)
        file.write('\n')
    file.flush()


def write_text(which):
    with tempfile.TemporaryFile('w+', **TEXTS[which]) as file:
        fill_text(file)


def read_text(count, which):
    with tempfile.TemporaryFile('w+', **TEXTS[which]) as file:
        fill_text(file)
        read_lines(count, file)


def target():
    return os.path.join(tempfile.gettempdir(), f'target{os.getpid()}')


def replace(durable):
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(bytes(4096))
        if durable:
            file.flush()
            os.fsync(file.fileno())
    os.replace(file.name, target())
    if durable:
        parent = os.open(tempfile.gettempdir(), os.O_RDONLY)
        os.fsync(parent)
        os.close(parent)


def in_threads(number, count):
    def work():
        for _ in range(count // number):
            named()

    def all_of_them():
        threads = [threading.Thread(target=work) for _ in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    measure(count, all_of_them)


def live(count):
    files = []
    for _ in range(count):
        file = tempfile.NamedTemporaryFile(delete=False)
        file.close()
        files.append(file.name)
    measure(count, lambda: [os.unlink(name) for name in files])


SIMPLE = {
    'anonymous': anonymous,
    'anonymous-1k': anonymous_1k,
    'named': named,
    'directory': directory,
    'spooled-1k': spooled_1k,
    'spooled-64k': lambda: spool(MIB, 65536, bytes(256)),
    'rolling-16m': lambda: spool(MIB, 16 * MIB, bytes(8192)),
    'write-16': write_16,
    'replace': lambda: replace(False),
    'durable': lambda: replace(True),
}


def main():
    operation, count = sys.argv[1], int(sys.argv[2])
    kind, _, which = operation.partition('-')
    if operation in SIMPLE:
        repeat(count, SIMPLE[operation])
    elif operation == 'lines':
        lines(count)
    elif kind == 'write' and which in TEXTS:
        repeat(count, lambda: write_text(which))
    elif kind == 'read' and which in TEXTS:
        read_text(count, which)
    elif kind == 'threads':
        in_threads(int(which), count)
    elif operation == 'live':
        live(count)
    elif operation == 'remove':
        shutil.rmtree(sys.argv[3])
    else:
        sys.exit(3)  # there is no such thing here
    if os.path.exists(target()):
        os.unlink(target())


main()
