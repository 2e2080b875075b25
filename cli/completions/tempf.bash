# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Completion of tempf(1) for bash.

_tempf_options() {
	case $1 in
	file) echo -p --prefix -s --suffix -d --dir -m --mode ;;
	dir) echo -p --prefix -s --suffix -d --dir -m --mode --shell ;;
	run) echo --cd --keep-on-failure -I --replace ;;
	write) echo --durable --no-replace --private ;;
	spool) echo --max-size -o --output ;;
	where | ls) echo --json ;;
	sweep) echo --dry-run -n --verbose -v --older-than --assume-dead --json ;;
	rm) echo -f --force ;;
	mktemp) echo -d --directory -q --quiet -u --dry-run --suffix -p \
		--tmpdir -t -V --version ;;
	esac
}

# The word at which another command line begins, if the cursor is past it.
_tempf_inner() {
	local i
	for ((i = 2; i < COMP_CWORD; i++)); do
		case $1:${COMP_WORDS[i]} in
		run:-- | write:-- | spool:--) echo $((i + 1)) && return ;;
		run:-I | run:--replace) ((i++)) ;;
		run:-*) ;;
		run:*) echo "$i" && return ;;
		esac
	done
}

_tempf() {
	local word=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]}
	local inner

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "file dir run write spool \
			where ls sweep rm mktemp --help --version" -- "$word")
		return
	fi
	inner=$(_tempf_inner "$command")
	if [[ $inner ]] && declare -F _command_offset >/dev/null; then
		_command_offset "$inner"
		return
	fi
	case $command:$previous in
	file:-d | file:--dir | dir:-d | dir:--dir | mktemp:-p)
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return
		;;
	esac
	if [[ ! $inner && $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_tempf_options "$command") --help" -- "$word")
		return
	fi
	case $command in
	ls | sweep) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
	run) mapfile -t COMPREPLY < <(compgen -c -- "$word") ;;
	*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}

complete -o filenames -F _tempf tempf
