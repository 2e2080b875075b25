# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Completion of tempf(1) for bash; made by cli/completions/make.py.

_tempf_options() {
	case $1 in
	file) echo "-p --prefix -s --suffix -d --dir -m --mode --help" ;;
	dir) echo "-p --prefix -s --suffix -d --dir -m --mode --shell --help" ;;
	run) echo "--cd --keep-on-failure -I --replace --help" ;;
	write) echo "--durable --no-replace --private --help" ;;
	spool) echo "--max-size -o --output --help" ;;
	where) echo "--json --help" ;;
	ls) echo "--json --help" ;;
	sweep) echo "-n --dry-run -v --verbose --older-than --assume-dead --json --help" ;;
	rm) echo "-f --force --help" ;;
	mktemp) echo "-d --directory -q --quiet -u --dry-run --suffix -p --tmpdir -t -V --version --help" ;;
	esac
}

_tempf_operands() {
	case $1 in
	write) echo file ;;
	ls) echo directory ;;
	sweep) echo directory ;;
	rm) echo file ;;
	mktemp) echo file ;;
	esac
}

# Of what kind the argument of COMMAND:OPTION is; fails if it needs none.
_tempf_argument() {
	case $1 in
	file:-d | file:--dir | dir:-d | dir:--dir | mktemp:-p)
		echo directory
		;;
	spool:-o | spool:--output)
		echo file
		;;
	file:-p | file:--prefix | file:-s | file:--suffix | file:-m | \
		file:--mode | dir:-p | dir:--prefix | dir:-s | dir:--suffix | dir:-m | \
		dir:--mode | run:-I | run:--replace | spool:--max-size | \
		sweep:--older-than | mktemp:--suffix)
		echo other
		;;
	*) return 1 ;;
	esac
}

# Where another command line begins, if the cursor is past that.
_tempf_inner() {
	local i
	for ((i = 2; i < COMP_CWORD; i++)); do
		case $1:${COMP_WORDS[i]} in
		*:--)
			case $1 in run | write | spool) echo $((i + 1)) ;; esac
			return
			;;
		*:-*)
			[[ ${COMP_WORDS[i + 1]} != = ]] || ((i++))
			! _tempf_argument "$1:${COMP_WORDS[i]}" >/dev/null || ((i++))
			;;
		run:*) echo "$i" && return ;;
		esac
	done
}

_tempf_offer() { # KIND WORD
	case $1 in
	directory) mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
	file) mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
	command) mapfile -t COMPREPLY < <(compgen -c -- "$2") ;;
	esac
}

_tempf() {
	local word=${COMP_WORDS[COMP_CWORD]} before=$((COMP_CWORD - 1))
	local command=${COMP_WORDS[1]} inner kind

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W \
			"file dir run write spool where ls sweep rm mktemp --help --version" -- "$word")
		return
	fi
	inner=$(_tempf_inner "$command")
	if [[ $inner ]]; then
		if declare -F _command_offset >/dev/null; then
			_command_offset "$inner"
		else
			_tempf_offer file "$word"
		fi
		return
	fi
	# bash parts --dir=x into three words.
	[[ $word != = ]] || word=
	[[ ${COMP_WORDS[before]} != = ]] || ((before--))
	if kind=$(_tempf_argument "$command:${COMP_WORDS[before]}"); then
		_tempf_offer "$kind" "$word"
	elif [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_tempf_options "$command")" -- "$word")
	elif [[ $command == run ]]; then
		_tempf_offer command "$word"
	else
		_tempf_offer "$(_tempf_operands "$command")" "$word"
	fi
}

complete -o filenames -F _tempf tempf
