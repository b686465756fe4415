#!/bin/sh
# Runs one of the Python programs beside this file with Debian's own Python,
# which it installs first where there is none.
set -eu

fail()
{
	echo "winnow: $1" >&2
	exit 1
}

[ "$(id -u)" -eq 0 ] ||
	fail "run this as root: it installs packages and makes namespaces"
if [ ! -x /usr/bin/python3 ]; then
	command -v apt-get >/dev/null || fail "this needs Debian 12 or 13"
	export DEBIAN_FRONTEND=noninteractive
	echo "installing python3" >&2
	apt-get update -qq >/dev/null
	apt-get install -y -qq --no-install-recommends python3 >/dev/null
fi
unset PYTHONPATH PYTHONHOME
exec /usr/bin/python3 -B "$@"
