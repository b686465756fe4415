#!/bin/sh
# A room includes only what it may: see the table.
. "$(dirname -- "$0")/lint.sh"

# room: the rooms whose headers it may include besides its own
allowed()
{
	case $1 in
	compat) echo "" ;;
	verdict) echo "" ;;
	index) echo "verdict" ;;
	settings) echo "compat verdict" ;;
	plugin) echo "compat verdict index settings" ;;
	imap) echo "compat verdict settings plugin" ;;
	doveadm) echo "compat verdict index settings plugin" ;;
	openssl) echo "compat verdict settings plugin" ;;
	*) return 1 ;;
	esac
}

# Pure C: these and no others, least of all a header of Dovecot.
pure="inttypes.h limits.h stddef.h stdint.h string.h"

rooms_of()
{
	find src -name "$1" -type f | sed 's|^src/||; s|/.*||' | sort -u
}

includes_of()
{
	sed -n 's/^[ 	]*#[ 	]*include[ 	]*\([<"]\)\([^>"]*\)[>"].*/\1\2/p' \
		"$1"
}

check()
{
	file=$1 room=$2 name=$3
	case $name in
	*/*)
		case $name in
		\<*) ;;
		*) fault "$file: $name: include by name, not by path" ;;
		esac
		;;
	esac
	plain=${name#?}
	case "$name $room" in
	"<"*" verdict")
		case " $pure " in
		*" $plain "*) ;;
		*) fault "$file: <$plain> is not pure C" ;;
		esac
		return
		;;
	esac
	homes=$(rooms_of "$plain")
	if [ -z "$homes" ]; then
		[ "$room" != verdict ] ||
			fault "$file: $plain is none of this room's headers"
		return
	fi
	for home in $homes; do
		case " $room $(allowed "$room") " in
		*" $home "*) return ;;
		esac
	done
	fault "$file: $plain is in $homes, which $room may not know"
}

for dir in src/*/; do
	room=$(basename "$dir")
	allowed "$room" >/dev/null || {
		fault "$dir: not a room; add it to the table in $0"
		continue
	}
	for file in $(sources "$dir"); do
		for name in $(includes_of "$file"); do
			check "$file" "$room" "$name"
		done
	done
done
conclude "data flows one way: verdict, index, plugin, then imap and doveadm"
