#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_site.py SOURCE: make the web site; does every link lead somewhere?"""

import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.places, self.faults = [], set(), []
        self.open = []
        self.feed(path.read_text())
        if self.open:
            self.faults.append(f'not closed: {self.open}')

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == 'script' or any(name.startswith('on') for name in attrs):
            self.faults.append('a script')
        self.links += [attrs[name] for name in ('href', 'src')
                       if name in attrs]
        if 'id' in attrs:
            self.places.add(attrs['id'])
        if tag in ('main', 'pre', 'table', 'dl', 'ul', 'div'):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ('main', 'pre', 'table', 'dl', 'ul', 'div'):
            if not self.open or self.open.pop() != tag:
                self.faults.append(f'</{tag}> in the wrong place')


def fault_of(link, page, pages):
    if link.startswith(('https://', 'mailto:')):
        return None
    target, _, place = unquote(link).partition('#')
    path = (page.parent / target).resolve() if target else page
    if not path.is_file():
        return f'{link}: there is no such page'
    if place and place not in pages[path].places:
        return f'{link}: there is no such place'
    return None


def check(site):
    pages = {path: Page(path) for path in sorted(site.rglob('*.html'))}
    links = 0
    failed = False
    for path, page in pages.items():
        links += len(page.links)
        faults = page.faults + [fault_of(link, path, pages)
                                for link in page.links]
        for fault in filter(None, faults):
            failed = True
            print(f'FAILED: {path.relative_to(site)}: {fault}')
    print(f'{links} links in {len(pages)} pages')
    return failed


def main():
    source = Path(sys.argv[1]).resolve()
    for tool in ('mandoc', 'cmark-gfm'):
        if not shutil.which(tool):
            print(f'skipped: there is no {tool}')
            return 77
    with tempfile.TemporaryDirectory() as scratch:
        site = Path(scratch).resolve() / 'site'
        subprocess.run([sys.executable, source / 'docs/site/make_site.py',
                        source, site], check=True)
        return 1 if check(site) else 0


if __name__ == '__main__':
    sys.exit(main())
