#!/bin/sh
# What tests/mutants plants can be planted: its text stands in one place.
. "$(dirname -- "$0")/lint.sh"

awk '/^mutant:/ || /^file:/ || /^from:/ { sub(/^[a-z]+: */, ""); print }' \
	tests/mutants |
while IFS= read -r name && IFS= read -r file && IFS= read -r text; do
	count=$(grep -cF -e "$text" "$file" 2>/dev/null) || count=0
	[ "$count" -eq 1 ] ||
		fault "$name: its text stands $count times in $file"
done
conclude "every fault of tests/mutants fits the sources"
