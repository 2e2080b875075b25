#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write what the linker puts in place of each primitive of src/os.h.

usage: generate.py OS_H MATRIX C_FILE LINKER_FILE

LINKER_FILE tells the linker to call __wrap_NAME where the library calls NAME.
Nothing in src/ knows of it.
"""
import re
import sys

HEAD = """/* Made by generate.py from os.h and matrix.txt. */
#include <errno.h>

#include "faults.h"
#include "os.h"
"""

BODY = """
{prototype_real};
{prototype};
{prototype}
{{
	static const int codes[] = {{{codes}}};
	static const struct primitive primitive = {{
		"{short}", codes, sizeof codes / sizeof *codes}};

	{act}
	return __real_{name}({arguments});
}}
"""

ACT = {
    "fail": "if (fault_strikes(&primitive))\n\t\treturn -1;",
    "null": "if (fault_strikes(&primitive))\n\t\treturn NULL;",
    # errno as the fault has it, whatever the real one says
    "after": "if (fault_strikes(&primitive)) {{\n"
             "\t\tint code = errno;\n\n"
             "\t\t(void)__real_{name}({arguments});\n"
             "\t\terrno = code;\n\t\treturn -1;\n\t}}",
    "half": "if (fault_strikes(&primitive)) {{\n"
            "\t\tint code = errno;\n"
            "\t\tssize_t done = __real_{name}(fd, buf, n / 2, offset);\n\n"
            "\t\terrno = code;\n\t\treturn done;\n\t}}",
}


def read_matrix(path):
    matrix = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            words = line.split("#")[0].split()
            if words:
                matrix[words[0]] = (words[1], words[2:])
    return matrix


def read_primitives(path):
    """[(return type, short name, parameters)]"""
    with open(path, encoding="utf-8") as header:
        text = header.read()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"static inline.*?\n}\n", "", text, flags=re.S)
    found = re.findall(
        r"^((?:const )?\w+ \*?)tempfile__os_(\w+)\(((?:[^()]|\([^()]*\))*)\);",
        text, flags=re.M | re.S)
    return [(kind, name, " ".join(parameters.split()))
            for kind, name, parameters in found]


def argument_names(parameters):
    if parameters == "void":
        return ""
    # "name" at the end, or "(*name)" of a function
    found = (re.search(r"\(\*(\w+)\)|(\w+)$", one.strip())
             for one in parameters.split(","))
    return ", ".join(one.group(1) or one.group(2) for one in found)


def wrapper(kind, short, parameters, how, codes):
    name = "tempfile__os_" + short
    arguments = argument_names(parameters)
    return BODY.format(
        prototype_real=f"{kind}__real_{name}({parameters})",
        prototype=f"{kind}__wrap_{name}({parameters})",
        name=name, short=short, arguments=arguments, codes=", ".join(codes),
        act=ACT[how].format(name=name, arguments=arguments)
        if how in ("after", "half") else ACT[how])


def main():
    header, matrix_path, c_path, linker_path = sys.argv[1:]
    matrix = read_matrix(matrix_path)
    primitives = read_primitives(header)
    names = {name for _, name, _ in primitives}
    if names != set(matrix):
        sys.exit(f"not in both os.h and matrix.txt: {names ^ set(matrix)}")
    wrapped = [one for one in primitives if matrix[one[1]][0] != "never"]
    with open(c_path, "w", encoding="utf-8") as out:
        out.write(HEAD)
        for kind, name, parameters in wrapped:
            out.write(wrapper(kind, name, parameters, *matrix[name]))
    with open(linker_path, "w", encoding="utf-8") as out:
        for _, name, _ in wrapped:
            out.write(f"-Wl,--wrap=tempfile__os_{name}\n")
        for name in ("malloc", "calloc", "realloc", "strdup", "free",
                     "fopencookie", "iconv_open"):
            out.write(f"-Wl,--wrap={name}\n")


main()
