# Sourced by every lint: where the tree is, and how a fault is reported.

set -eu
LC_ALL=C
export LC_ALL
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
: "${top_srcdir:=$here/../..}"
: "${top_builddir:=$top_srcdir}"
cd "$top_srcdir"
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT

# fault TEXT: say what is wrong, and where.
fault()
{
	echo "$1" >>"$faults"
}

# sources: the C files below src.
sources()
{
	find src -name '*.[ch]' -type f | sort
}

# code FILE...: as FILE:LINE:TEXT, without comments and what strings hold.
code()
{
	awk -f "$here/code.awk" "$@" /dev/null
}

# conclude RULE: end with what was found.
conclude()
{
	if [ -s "$faults" ]; then
		cat "$faults"
		echo "rule: $1"
		exit 1
	fi
}
