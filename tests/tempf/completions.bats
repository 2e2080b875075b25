#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The completions, asked in the shells they are for: they are made of the help,
# and know every option that it knows.

load helper

completions=$BATS_TEST_DIRNAME/../../cli/completions
commands="file dir run write spool where ls sweep rm mktemp"

# The options in a command's help.
options_of() {
	"$TEMPF" "$1" --help | sed -n '/^  [ -]/p' |
		grep -oE -- '^  (-[A-Za-z])?[, ]*(--[a-z-]+)?' |
		grep -oE -- '--?[A-Za-z-]+' | sort
}

# What bash offers for the words given, the last one being completed.
in_bash() {
	bash --norc -c 'source "$1"; shift
		COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
		_tempf; printf "%s\n" "${COMPREPLY[@]}"' \
		bash "$completions/tempf.bash" "$@"
}

in_fish() {
	fish --no-config -c "source $completions/tempf.fish
		complete -C '$1'" | cut -f 1
}

# zsh completes on a terminal only: press the tab key on one.
in_zsh() {
	python3 "$BATS_TEST_DIRNAME/zsh_completion.py" "$completions" "$1"
}

check() {
	local want
	for want in $2; do
		grep -qxF -- "$want" <<<"$1" || is "$1" "has $want"
	done
}

@test "they are made of the help as it is" {
	command -v python3 >/dev/null || skip "no python3"
	run -0 "$BATS_TEST_DIRNAME/../../cli/completions/make.py" "$TEMPF" --check
}

@test "bash: commands, options, directories" {
	check "$(in_bash tempf '')" "$commands"
	check "$(in_bash tempf s)" "spool sweep"
	for command in $commands; do
		is "$(in_bash tempf "$command" - | sort)" \
			"$(options_of "$command")"
	done
	mkdir some-dir
	: >some-file
	is "$(in_bash tempf file -d some)" some-dir
	is "$(in_bash tempf sweep some)" some-dir
	is "$(in_bash tempf rm some | sort)" "$(printf 'some-dir\nsome-file')"
	is "$(in_bash tempf file --dir = some)" some-dir
	is "$(in_bash tempf spool -o some-f)" some-file
	is "$(in_bash tempf write some-f)" some-file
	is "$(in_bash tempf file some)" ""
	is "$(in_bash tempf file -p some)" ""
	check "$(in_bash tempf run --cd ca)" cat
}

@test "bash: another command's line" {
	: >some-file
	is "$(in_bash tempf run cat some)" some-file
	is "$(in_bash tempf run --replace = X cat some)" some-file
	is "$(in_bash tempf run -I X cat some)" some-file
	is "$(in_bash tempf run -- cat some)" some-file
	is "$(in_bash tempf write out -- cat some)" some-file
}

@test "fish: commands, options, directories" {
	command -v fish >/dev/null || skip "no fish"
	export HOME=$scratch XDG_DATA_HOME=$scratch XDG_CONFIG_HOME=$scratch
	check "$(in_fish 'tempf ')" "$commands"
	for command in $commands; do
		check "$(in_fish "tempf $command -"; in_fish "tempf $command --")" \
			"$(options_of "$command" | grep -e --)"
	done
	mkdir some-dir
	: >some-file
	is "$(in_fish 'tempf file -d some')" some-dir/
	is "$(in_fish 'tempf sweep some')" some-dir/
	check "$(in_fish 'tempf rm some')" "some-dir/ some-file"
	check "$(in_fish 'tempf spool -o some-f')" some-file
	check "$(in_fish 'tempf run ca')" cat
	check "$(in_fish 'tempf run -I X ca')" cat
	check "$(in_fish 'tempf write out -- ca')" cat
	check "$(in_fish 'tempf spool -- cat some-f')" some-file
}

need_zsh() {
	command -v zsh >/dev/null || skip "no zsh"
	command -v python3 >/dev/null || skip "no python3"
}

@test "zsh: commands, options" {
	need_zsh
	check "$(in_zsh 'tempf ')" "$commands"
	for command in $commands; do
		check "$(in_zsh "tempf $command -")" "$(options_of "$command")"
	done
}

@test "zsh: files, another command's line" {
	need_zsh
	mkdir some-dir some-tree
	: >some-file
	check "$(in_zsh 'tempf file -d some')" "some-dir/ some-tree/"
	check "$(in_zsh 'tempf rm some-')" "some-dir/ some-file"
	check "$(in_zsh 'tempf run --cd ca')" cat
	check "$(in_zsh 'tempf write out -- ca')" cat
	check "$(in_zsh 'tempf spool -- cat some-')" "some-dir/ some-file"
}
