#!/bin/sh
# Nothing depends on one machine: no path of somebody's home or workplace.
. "$(dirname -- "$0")/lint.sh"

# Written so that this file does not match itself.
pattern='(^|[^A-Za-z0-9_.~}/$*)-])/(work|root|home/[a-z]+|Users)(/|$|[^A-Za-z0-9_])'

for name in src tests fuzz bench tools conf.d contrib m4 .ci \
		configure.ac Makefile.am; do
	[ -e "$name" ] || continue
	found=$(grep -rInE "$pattern" "$name" | grep -v '^tests/lint/') || continue
	fault "$found"
done
conclude "no paths of one machine"
