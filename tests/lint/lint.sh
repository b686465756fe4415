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

# sources [DIR...]: the C files below src or below these directories.
sources()
{
	find "${@:-src}" -name '*.[ch]' -type f | sort
}

# code FILE: the file without comments and the text of strings; same lines.
code()
{
	awk -f "$here/code.awk" "$1"
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
