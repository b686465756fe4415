#!/bin/sh
# What a document links to, in the tree or under a heading, is there, and so are
# the files that ARCHITECTURE.md names.
. "$(dirname -- "$0")/lint.sh"

# anchors FILE: those of its headings.
anchors()
{
	sed -n 's/^##* //p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}

for file in $(find . -name '*.md' -type f | sort); do
	for link in $(grep -o '\]([^)]*)' "$file" | sed 's/^](//; s/)$//'); do
		case $link in
		*:*) continue ;;
		\#*) target=$file ;;
		*) target=$(dirname "$file")/${link%%#*} ;;
		esac
		if [ ! -e "$target" ]; then
			fault "$file: there is no $link"
			continue
		fi
		case $link in
		*\#*) anchors "$target" | grep -qxF -e "${link#*#}" ||
			fault "$file: no heading is called $link" ;;
		esac
	done
done
for name in $(grep -o '`[a-z-]*winnow-[a-z*-]*' ARCHITECTURE.md | tr -d '`'); do
	find src -name "$name.[ch]" | grep -q . ||
		fault "ARCHITECTURE.md: no file is called $name"
done
conclude "no dead links"
