# SPDX-License-Identifier: MIT
"""ctempfile in the standard module's place, in every child as well.

A .pth file lets each start of the interpreter, isolated (-I) or not, begin
with install(). The interpreter is that of a virtual environment made for the
purpose. No test says anything before prove() has found that no process of it
runs the standard module.

usage: in_place.py put [HOW] | remove
"""

import os
import site
import subprocess
import sys

PTH = "ctempfile_in_place.pth"
WITNESS = "ctempfile_witness"
INSTALL = {
    None: "ctempfile.install()",
    "owed": "ctempfile.install(); ctempfile._ctempfile.cleanup_on_signals()",
    "leased": "ctempfile.install(leased=True)",
}


def _path(name):
    if sys.prefix == sys.base_prefix:
        sys.exit("this changes the interpreter: only in a virtual environment")
    return os.path.join(next(path for path in site.getsitepackages()
                             if path.startswith(sys.prefix)), name)


def put(how=None):
    """Every start of this interpreter begins with install()."""
    with open(_path(PTH), "w") as file:
        file.write("import ctempfile; %s\n" % INSTALL[how])


def remove():
    """What was put is taken away."""
    if os.path.exists(_path(PTH)):
        os.unlink(_path(PTH))


def prove(how=None):
    """No child runs the standard module, isolated or not, and not this one."""
    program = "import tempfile; print(tempfile.__name__, tempfile.__file__)"
    for options in ([], ["-I"], ["-I", "-X", "dev"]):
        output = subprocess.run([sys.executable, *options, "-c", program],
                                stdout=subprocess.PIPE, check=True).stdout
        if not output.startswith(b"ctempfile "):
            sys.exit("a child runs %r" % output)
    import tempfile
    if tempfile.__name__ != "ctempfile":
        sys.exit("this process runs %r" % tempfile)
    with tempfile.NamedTemporaryFile() as file:
        is_leased = os.path.dirname(file.name) != tempfile.gettempdir()
    if is_leased != (how == "leased"):
        sys.exit("names are where they should not be: %r" % file.name)


if __name__ == "__main__":
    {"put": put, "remove": remove}[sys.argv[1]](*sys.argv[2:])
