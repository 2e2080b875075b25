#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""wasi.py PROGRAM ARGUMENT...: run a WebAssembly program under wasmtime.

Its world is a new directory, "/", with "tmp" in it, which goes when it ends;
or, if that is in the environment, the directory TEST_WORLD.
There are no processes in that world; so that each test can have a fresh one all
the same, the program may ask for itself to be run again (test.run_again).
"""
import os
import sys
import tempfile
from pathlib import Path

import wasmtime

CRASHED = 134


class World:
    def __init__(self, program, root):
        config = wasmtime.Config()
        config.wasm_exceptions = True
        config.cache = True
        self.engine = wasmtime.Engine(config)
        self.module = wasmtime.Module.from_file(self.engine, program)
        self.root = root

    def run(self, arguments, environment):
        """The exit status."""
        linker = wasmtime.Linker(self.engine)
        linker.define_wasi()
        number = wasmtime.ValType.i32()
        linker.define_func(
            'test', 'run_again', wasmtime.FuncType([number] * 2, [number]),
            self.run_again, access_caller=True)
        wasi = wasmtime.WasiConfig()
        wasi.argv = arguments
        wasi.env = environment
        wasi.inherit_stdin()
        wasi.inherit_stdout()
        wasi.inherit_stderr()
        wasi.preopen_dir(self.root, '/')
        store = wasmtime.Store(self.engine)
        store.set_wasi(wasi)
        try:
            instance = linker.instantiate(store, self.module)
            instance.exports(store)['_start'](store)
        except wasmtime.ExitTrap as end:
            return end.code
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            print(error, file=sys.stderr, flush=True)
            return CRASHED
        return 0

    def run_again(self, caller, arguments, environment):
        """Of each, lines: int run_again(const char *, const char *)."""
        memory = caller['memory']

        def lines_at(address):
            data = memory.read(caller, address)
            return data[:data.index(0)].decode().splitlines()

        return self.run(lines_at(arguments),
                        [tuple(line.split('=', 1))
                         for line in lines_at(environment)])


def main():
    program = sys.argv[1]
    passed_on = ('TEST_', 'TEMPFILE_', 'CMOCKA_')
    environment = [(name, value) for name, value in os.environ.items()
                   if name.startswith(passed_on)]
    arguments = [Path(program).name] + sys.argv[2:]
    if 'TEST_WORLD' in os.environ:
        return World(program, os.environ['TEST_WORLD']).run(
            arguments, environment)
    with tempfile.TemporaryDirectory() as root:
        os.mkdir(f'{root}/tmp')
        return World(program, root).run(arguments, environment)


if __name__ == '__main__':
    sys.exit(main())
