#!/bin/sh
# A room includes only what it may: see the table.
. "$(dirname -- "$0")/lint.sh"

# Each room, and the rooms whose headers it may include besides its own.
rooms='
compat
verdict
criteria  compat
index     verdict
settings  compat verdict criteria
plugin    compat verdict criteria index settings
imap      compat verdict criteria settings plugin
doveadm   compat verdict index settings plugin
openssl   verdict
'
# Pure C: these and no others, least of all a header of Dovecot.
pure="inttypes.h limits.h stddef.h stdint.h string.h"

awk -v rooms="$rooms" -v pure="$pure" '
	BEGIN {
		count = split(rooms, line, "\n")
		for (i = 1; i <= count; i++) {
			words = split(line[i], word, " ")
			if (words == 0)
				continue
			for (j = 1; j <= words; j++)
				may[word[1], word[j]] = 1
			known[word[1]] = 1
		}
		count = split(pure, word, " ")
		for (i = 1; i <= count; i++)
			is_pure[word[i]] = 1
		for (i = 1; i < ARGC; i++) {
			split(ARGV[i], part, "/")
			name = ARGV[i]
			sub(/.*\//, "", name)
			home[name] = part[2]
			if (!(part[2] in known) && !(part[2] in told)) {
				print "src/" part[2] ": not a room; " \
					"add it to the table in includes.sh"
				told[part[2]] = 1
			}
		}
	}
	/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
		split(FILENAME, part, "/")
		room = part[2]
		match($0, /[<"][^>"]*/)
		mark = substr($0, RSTART, 1)
		name = substr($0, RSTART + 1, RLENGTH - 1)
		where = FILENAME ":" FNR ": " name
		if (mark == "\"" && name ~ /\//)
			print where ": include by name, not by path"
		else if (room == "verdict" && mark == "<" && !(name in is_pure))
			print where " is not pure C"
		else if (mark == "\"" && name in home) {
			if (!((room, home[name]) in may))
				print where " is in " home[name] ", which " \
					room " may not know"
		} else if (mark == "\"" && room == "verdict")
			print where " is none of the headers of this room"
	}' $(sources) >"$faults"
conclude "data flows one way: verdict, index, plugin, then imap and doveadm"
