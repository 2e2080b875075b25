#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make.py TEMPF [--check]: write the completions from what --help says.

The tables of options in cli/*.c are the only ones: the parser reads them, the
help prints them, and the completions for bash, zsh and fish are made of the
help and of what is the same for all options, *.in. With --check they have to be
there already.
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
OPTION = re.compile(r'  (?:-(\w),?| {3}) ?(?:--([\w-]+))?'
                    r'(\[)?=?(?: ?([A-Z]+)\]?)? +(.*)')
# What stands in the place of a word in capitals; nothing can be offered else.
KINDS = {'DIR': 'directory', 'FILE': 'file', 'TREE': 'file',
         'TEMPLATE': 'file'}


@dataclass
class Option:
    letter: str
    name: str
    optional: bool  # its argument may be missing
    argument: str   # in capitals; None: it has none
    help: str

    def spellings(self):
        return ([f'-{self.letter}'] if self.letter else []) + \
            ([f'--{self.name}'] if self.name else [])

    def requires(self):
        return self.argument and not self.optional


@dataclass
class Command:
    name: str
    summary: str
    options: list
    operand: str   # in capitals; None: there is none
    command: str   # 'first': the first operand begins another command line;
    #                'dashes': -- does; None: nothing does


def ask(tempf, *arguments):
    return subprocess.run([tempf, *arguments, '--help'], check=True,
                          capture_output=True, text=True).stdout


def read_options(text):
    rows = re.findall(r'^  (?:-|    --).*', text, re.M)
    return [Option(*(part or '' for part in OPTION.fullmatch(row).groups()))
            for row in rows]


def read_operand(synopsis):
    """What is left when the options have been taken away."""
    before = None
    while before != synopsis:
        before = synopsis
        synopsis = re.sub(r'\[(-|=|OPTION)[^][]*\]', '', synopsis)
    words = re.findall('[A-Z]+', synopsis)
    return words[0] if words else None


def read_command(tempf, name, summary):
    text = ask(tempf, name)
    synopsis = re.match(r'Usage: tempf \w+ (.*)', text)[1]
    command = None
    if 'CMD' in synopsis:
        command = 'dashes' if '-- CMD' in synopsis else 'first'
    operand = read_operand(synopsis)
    return Command(name, summary.rstrip('.'), read_options(text),
                   None if operand == 'CMD' else operand, command)


def read_commands(tempf):
    rows = re.findall(r'^  (\w+) +(\w.*)', ask(tempf), re.M)
    return [read_command(tempf, name, summary) for name, summary in rows]


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def alternatives(commands, wanted):
    """COMMAND:OPTION for the wanted options, as a pattern of case."""
    return ' | '.join(f'{command.name}:{spelling}' for command in commands
                      for option in command.options if wanted(option)
                      for spelling in option.spellings()) or 'none'


def wrapped(pattern):
    """A pattern too long for one line."""
    lines, words = [], pattern.split(' | ')
    for word in words:
        if lines and len(lines[-1]) + len(word) < 68:
            lines[-1] += ' | ' + word
        else:
            lines.append(word)
    return ' | \\\n\t\t'.join(lines)


def for_bash(commands):
    options = '\n'.join(
        f'\t{command.name}) echo "' + ' '.join(
            spelling for option in command.options
            for spelling in option.spellings()) + '" ;;'
        for command in commands)
    operands = '\n'.join(
        f'\t{command.name}) echo {KINDS[command.operand]} ;;'
        for command in commands if command.operand)
    first = ' | '.join(c.name for c in commands if c.command == 'first')
    dashes = ' | '.join(c.name for c in commands if c.command == 'dashes')

    def taking(kind):
        return wrapped(alternatives(commands, lambda option: option.requires()
                                    and KINDS.get(option.argument) == kind))

    return dict(
        commands=' '.join(command.name for command in commands),
        options=options, operands=operands, first=first, dashes=dashes,
        directories=taking('directory'), files=taking('file'),
        others=taking(None))


def for_zsh(commands):
    names = '\n'.join('\t\t' + quoted(f'{command.name}:{command.summary}')
                      for command in commands)
    return dict(
        names=names, cases='\n'.join(map(zsh_case, commands)),
        dashes='|'.join(c.name for c in commands if c.command == 'dashes'))


def zsh_action(kind):
    return {'directory': '_directories', 'file': '_files'}.get(kind, '')


def zsh_option(option):
    about = '[' + re.sub(r'([][])', r'\\\1', option.help) + ']'
    if option.argument:
        colons = '::' if option.optional else ':'
        about += f'{colons}{option.argument.lower()}:' + \
            zsh_action(KINDS.get(option.argument))
    ends = ['+', '='] if option.requires() else ['', '']
    if option.optional:
        ends = ['-', '=-']
    short = option.letter and f'-{option.letter}{ends[0]}'
    long = option.name and f'--{option.name}{ends[1]}'
    others = '- *' if option.name in ('help', 'version') else \
        ' '.join(option.spellings())
    if short and long:
        return quoted(f'({others})') + f'{{{short},{long}}}' + quoted(about)
    return quoted((f'({others})' if others == '- *' else '')
                  + (short or long) + about)


def zsh_case(command):
    # After its first operand the words of `run` are another command's.
    style = ' -S -A "-*"' if command.command == 'first' else ''
    rows = [zsh_option(option) for option in command.options]
    if command.operand:
        number = '*' if command.operand == 'TREE' else '1'
        rows.append(quoted(f'{number}:{command.operand.lower()}:'
                           + zsh_action(KINDS[command.operand])))
    if command.command == 'first':
        rows += [quoted('(-)1:command:_command_names -e'),
                 quoted('*::argument:_normal')]
    return '\n'.join([f'\t{command.name})',
                      f'\t\t_arguments -s{style} ' + ' \\\n\t\t\t'.join(rows),
                      '\t\t;;'])


def fish_option(command, option):
    line = f"complete -c tempf -n '__tempf_uses {command.name}'"
    if option.letter:
        line += f' -s {option.letter}'
    if option.name:
        line += f' -l {option.name}'
    if option.requires():
        line += {'directory': " -x -a '(__fish_complete_directories)'",
                 'file': ' -r -F'}.get(KINDS.get(option.argument), ' -x')
    return line + ' -d ' + fish_quoted(option.help)


def fish_quoted(text):
    return "'" + text.replace('\\', '\\\\').replace("'", "\\'") + "'"


def fish_operands(command):
    uses = f"complete -c tempf -n '__tempf_uses {command.name}'"
    skip = ' '.join(spelling for option in command.options
                    if option.requires() for spelling in option.spellings())
    return [uses + ' ' + action for there, action in (
        (KINDS.get(command.operand) == 'directory',
         "-a '(__fish_complete_directories)'"),
        (KINDS.get(command.operand) == 'file', '-F'),
        (command.command == 'first',
         f"-a '(__fish_complete_subcommand --fcs-skip=2 {skip})'"),
        (command.command == 'dashes', "-a '(__tempf_behind_dashes)'"),
    ) if there]


def for_fish(commands):
    lines = []
    for command in commands:
        lines.append('complete -c tempf -n __tempf_uses_none '
                     f'-a {command.name} -d {fish_quoted(command.summary)}')
    for command in commands:
        lines += ['', *(fish_option(command, option)
                        for option in command.options),
                  *fish_operands(command)]
    return {'lines': '\n'.join(lines)}


SHELLS = {'tempf.bash': for_bash, '_tempf': for_zsh, 'tempf.fish': for_fish}


def filled_in(template, parts):
    for name, text in parts.items():
        template = template.replace(f'@{name}@', text)
    return template


def main():
    commands = read_commands(sys.argv[1])
    for name, parts_for in SHELLS.items():
        path = HERE / name
        text = filled_in((HERE / f'{name}.in').read_text(),
                         parts_for(commands))
        if sys.argv[2:] != ['--check']:
            path.write_text(text)
        elif path.read_text() != text:
            sys.exit(f'{path} is not up to date: '
                     f'run {sys.argv[0]} {sys.argv[1]}')


if __name__ == '__main__':
    main()
