#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make_site.py SOURCE OUTPUT: the documents as a web site.

Manual pages go through mandoc, Markdown through cmark-gfm, and what they link
to in the source becomes a page as well. There is no script in any of them.
"""

import html
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

# What is read first, and in this order; then the rest of docs.
FIRST = ['README.md', 'README.es.md', 'docs/article.md', 'docs/articulo.md',
         'docs/migrating.md', 'docs/python.md', 'examples/README.md']
LAST = ['ARCHITECTURE.md', 'tests/attacks/README.md', 'CONTRIBUTING.md',
        'SECURITY.md', 'CHANGELOG.md']
# Where the title is not enough to tell one from the other.
TITLES = {'README.md': 'In one minute', 'README.es.md': 'En un minuto'}
ELSEWHERE = 'https://manpages.debian.org/{}'
FRAME = '''\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{root}style.css">
</head>
<body>
<nav><a href="{root}index.html">libtempfile</a> {links}</nav>
<main class="{kind}">
{body}
</main>
</body>
</html>
'''
LINKS = [('docs/article.html', 'Python to C'),
         ('tempfile.7.html', 'concepts'),
         ('tempfile.3.html', 'library'),
         ('tempf.1.html', 'command')]


class Site:
    def __init__(self, source, output):
        self.source, self.output = source, output
        self.manuals = sorted(source.glob('docs/*.[1-7]'))
        rest = [f'docs/{page.name}' for page in sorted(
            source.glob('docs/*.md')) if f'docs/{page.name}' not in FIRST]
        self.articles = FIRST + rest + LAST
        self.homes = {f'{name}.{page.suffix[1:]}': page.name
                      for page in self.manuals
                      for name in re.findall(r'^\.Nm (temp\w+)',
                                             page.read_text(), re.M)
                      if page.stem != name}
        self.homes |= {page.name: page.name for page in self.manuals}
        self.code, self.pictures = set(), set()

    def write(self, name, title, body, kind='text'):
        root = '../' * name.count('/')
        links = ' '.join(f'<a href="{root}{target}">{text}</a>'
                         for target, text in LINKS
                         if target.startswith('docs')
                         or target.removesuffix('.html') in self.homes)
        language = 'es' if name in ('docs/articulo.html', 'README.es.html') \
            else 'en'
        path = self.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FRAME.format(title=html.escape(title), root=root,
                                     links=links, body=body, kind=kind,
                                     language=language))

    def manual_link(self, match):
        page = match[1]
        if page not in self.homes:
            return f'href="{ELSEWHERE.format(page)}"'
        home, name = self.homes[page], page.rsplit('.', 1)[0]
        place = '' if home == page else f'#{name}'
        return f'href="{home}.html{place}"'

    def write_manual(self, page):
        body = subprocess.run(
            ['mandoc', '-Thtml', '-Ofragment,toc,man=%N.%S', page],
            check=True, capture_output=True, text=True).stdout
        body = re.sub(r'href="([a-z_]\w*\.[1-8])"', self.manual_link, body)
        # Terms that are explained together need no space in between.
        body = re.sub(r'<dd style="width: auto;">&#x00A0;</dd>\s*', '', body)
        section = page.suffix[1:]
        self.write(f'{page.name}.html', f'{page.stem}({section})', body,
                   'manual')

    def target(self, link, name):
        """Where a link of Markdown leads on the site."""
        if re.match(r'[a-z]+:|#', link):
            return link
        path, _, place = link.partition('#')
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name),
                                                 path))
        if path in self.articles:
            path = re.sub(r'\.md$', '.html', path)
        elif posixpath.basename(path) in self.homes:
            path = self.homes[posixpath.basename(path)] + '.html'
        elif path.endswith('.svg'):
            self.pictures.add(path)
        elif (self.source / path).is_file():
            self.code.add(path)
            path = f'source/{path}.html'
        else:
            raise SystemExit(f'{name}: there is no {link}')
        root = '../' * name.count('/')
        return root + path + (f'#{place}' if place else '')

    def write_article(self, name):
        text = re.sub(r'^<!-- .* -->\n', '', (self.source / name).read_text(),
                      flags=re.M)
        body = subprocess.run(
            ['cmark-gfm', '-e', 'table', '-e', 'autolink', '--unsafe'],
            input=text, check=True, capture_output=True, text=True).stdout
        body = re.sub(r'(href|src)="([^"]*)"', lambda m:
                      f'{m[1]}="{self.target(m[2], name)}"', body)
        body = re.sub(r'<h(\d)>(.*?)</h\1>', heading, body)
        body = re.sub(r'(?:<pre>(?:(?!</pre>).)*</pre>\s*){2,}',
                      r'<div class="beside">\n\g<0></div>\n', body,
                      flags=re.S)
        # In a narrow column a call is broken where its arguments begin.
        body = re.sub(r'(?<=<td><code>).*?(?=</code>)',
                      lambda m: m[0].replace('(', '(<wbr>'), body)
        self.write(re.sub(r'\.md$', '.html', name), title_of(text), body)

    def write_code(self, name):
        text = html.escape((self.source / name).read_text())
        self.write(f'source/{name}.html', name,
                   f'<h1>{name}</h1>\n<pre class="source">{text}</pre>')

    def write_index(self):
        rows = []
        for page in sorted(self.manuals, key=reading_order):
            about = re.search(r'^\.Nd (.*)', page.read_text(), re.M)[1]
            rows.append(f'<tr><td><a href="{page.name}.html">{page.stem}'
                        f'({page.suffix[1:]})</a></td><td>{about}</td></tr>')
        articles = []
        for name in self.articles:
            title = TITLES.get(name) or title_of(
                (self.source / name).read_text())
            link = re.sub(r'\.md$', '.html', name)
            articles.append(f'<li><a href="{link}">{title}</a></li>')
        self.write('index.html', 'libtempfile', '\n'.join([
            '<h1>libtempfile</h1>',
            '<p>Files and directories that exist only while they are needed: '
            'for C, for the shell, and for everything that can call C.</p>',
            '<h2>To read</h2>', '<ul>', *articles, '</ul>',
            '<h2>To look up</h2>', '<table>', *rows, '</table>']))

    def make(self):
        shutil.rmtree(self.output, ignore_errors=True)
        self.output.mkdir(parents=True)
        shutil.copy(self.source / 'docs/site/style.css', self.output)
        for page in self.manuals:
            self.write_manual(page)
        for name in self.articles:
            self.write_article(name)
        for name in sorted(self.code):
            self.write_code(name)
        for name in sorted(self.pictures):
            (self.output / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.source / name, self.output / name)
        self.write_index()


def title_of(text):
    return re.search(r'^# (.*)', text, re.M)[1].replace('`', '')


def reading_order(page):
    first = ['tempfile.7', 'tempf.1', 'tempfile.3']
    return (first + [page.name]).index(page.name), page.name


def heading(match):
    """With the place that GitHub gives it, for links."""
    words = re.sub(r'<[^>]*>', '', match[2]).lower()
    place = re.sub(r'[^\w\- ]', '', words).replace(' ', '-')
    return f'<h{match[1]} id="{place}">{match[2]}</h{match[1]}>'


if __name__ == '__main__':
    for tool in ('mandoc', 'cmark-gfm'):
        if not shutil.which(tool):
            sys.exit(f'make_site.py: {tool} is needed, which is not here')
    Site(Path(sys.argv[1]).resolve(), Path(sys.argv[2])).make()
