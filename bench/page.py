# SPDX-License-Identifier: MIT
"""Tables in a page of documents."""


def put_into(page, name, lines):
    """Between <!-- name --> and <!-- end -->."""
    with open(page, encoding='utf-8') as source:
        before, rest = source.read().split(f'<!-- {name} -->\n')
    after = rest[rest.index('<!-- end -->\n'):]
    with open(page, 'w', encoding='utf-8') as out:
        out.write(before + f'<!-- {name} -->\n' + '\n'.join(lines) + '\n' +
                  after)
