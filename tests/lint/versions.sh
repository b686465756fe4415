#!/bin/sh
# What differs between versions of Dovecot is in src/compat, or in a settings
# file that is built for one series only.
. "$(dirname -- "$0")/lint.sh"

version='DOVECOT_(VERSION|PREREQ|2[0-9])'
conditional='^[^:]*:[0-9]*:[ 	]*#[ 	]*(if|ifdef|ifndef|elif).*(HAVE_|DOVECOT_)'
elsewhere='^src/(compat/|settings/[^:]*-2[0-9]\.c:)'

code $(sources) | grep -vE "$elsewhere" |
	grep -E "$version|$conditional" >"$faults" || [ $? -eq 1 ]
conclude "version conditionals stand in src/compat alone"
