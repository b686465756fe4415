#!/bin/sh
# Files and functions stay short enough to be read.
. "$(dirname -- "$0")/lint.sh"

file_max=500
function_max=60

dirs=
for dir in src tests fuzz bench tools; do
	[ ! -d "$dir" ] || dirs="$dirs $dir"
done
for file in $(find $dirs -type f \( -name '*.[ch]' -o -name '*.py' \
		-o -name '*.sh' -o -name '*.awk' \) | sort); do
	lines=$(wc -l <"$file")
	[ "$lines" -le $file_max ] || fault "$file: $lines lines"
done
for file in $(sources); do
	awk -v max=$function_max -v file="$file" '
		/^[a-zA-Z_].*\(/ { head = $0 }
		/^\{/ { start = NR }
		/^\}/ {
			if (start && NR - start - 1 > max)
				print file ":" start ": " NR - start - 1 \
					" lines: " head
			start = 0
		}' "$file" >>"$faults"
done
conclude "at most $file_max lines a file, $function_max a function of src"
