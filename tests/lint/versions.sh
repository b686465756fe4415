#!/bin/sh
# What differs between versions of Dovecot is in src/compat, or in a settings
# file that is built for one series only.
. "$(dirname -- "$0")/lint.sh"

version='DOVECOT_(VERSION|PREREQ|2[0-9])'
conditional='^[ 	]*#[ 	]*(if|ifdef|ifndef|elif).*(HAVE_|DOVECOT_)'

for file in $(sources); do
	case $file in
	src/compat/*|src/settings/*-2[0-9].c) continue ;;
	esac
	found=$(code "$file" | grep -nE "$version|$conditional") || continue
	echo "$found" | while IFS= read -r line; do
		fault "$file:$line"
	done
done
conclude "version conditionals stand in src/compat alone"
