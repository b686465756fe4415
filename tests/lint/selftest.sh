#!/bin/sh
# Each lint finds a planted fault, and finds none in a clean tree.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
top_srcdir=$scratch/tree
top_builddir=$scratch/tree
export top_srcdir top_builddir
wrong=0

clean_tree()
{
	rm -rf "$top_srcdir"
	for room in compat verdict criteria index settings plugin imap doveadm; do
		mkdir -p "$top_srcdir/src/$room"
		echo "int winnow_$room;" >"$top_srcdir/src/$room/winnow-$room.h"
	done
	mkdir -p "$top_srcdir/tests" "$top_srcdir/src/imap/.libs"
	printf '%s\n' 'mutant: a' 'file: src/imap/winnow-imap.h' \
		'from: int winnow_imap;' 'to: ;' 'by: unit' \
		>"$top_srcdir/tests/mutants"
	cat >"$top_srcdir/src/plugin/winnow-plugin.c" <<-'EOF'
		#include "lib.h"
		#include "winnow-index.h"
		/* printf() and open() in a comment, DOVECOT_PREREQ(2,4,0) */
		const char *text = "free(x) /usr/lib/dovecot";
		void winnow_close(struct context *ctx) { ctx->v.free(ctx); }
	EOF
	printf '%s\n' '# A tree' '' 'See [sources](src/), [this](#a-tree),' \
		'[that](README.md#a-tree) and [more](https://example.org/x).' \
		>"$top_srcdir/README.md"
	echo 'The room `winnow-plugin`.' >"$top_srcdir/ARCHITECTURE.md"
	cp "$scratch/clean.so" \
		"$top_srcdir/src/imap/.libs/lib11_imap_winnow_plugin.so"
}

# build_module FILE TEXT
build_module()
{
	echo "$2" >"$scratch/module.c"
	${CC:-cc} -shared -fPIC -o "$1" "$scratch/module.c"
}

# expect pass|fail LINT WHAT
expect()
{
	result=pass
	sh "$here/$2.sh" >"$scratch/out" 2>&1 || result=fail
	if [ $result = fail ] && ! grep -q '^rule: ' "$scratch/out"; then
		result=broken
	fi
	if [ $result != "$1" ]; then
		echo "$2: wanted $1, got $result: $3"
		cat "$scratch/out"
		wrong=1
	fi
}

# plant LINT FILE TEXT: the lint fails where the file has that text as well
plant()
{
	clean_tree
	mkdir -p "$(dirname "$top_srcdir/$2")"
	printf '%b\n' "$3" >>"$top_srcdir/$2"
	expect fail "$1" "$2: $3"
}

build_module "$scratch/clean.so" 'int imap_winnow_plugin_init,
	imap_winnow_plugin_deinit, imap_winnow_plugin_version;'
clean_tree
for lint in banned includes lengths links mutants paths symbols versions; do
	expect pass $lint "the clean tree"
done

plant includes src/verdict/a.c '#include "lib.h"'
plant includes src/verdict/a.c '#include <stdio.h>'
plant includes src/verdict/a.h '#include "winnow-index.h"'
plant includes src/index/a.c '#include "winnow-settings.h"'
plant includes src/plugin/a.c '# include "winnow-imap.h"'
plant includes src/imap/a.c '#include "winnow-index.h"'
plant includes src/imap/a.c '#include "../plugin/winnow-plugin.h"'
plant includes src/extra/a.c 'int winnow_extra;'
plant banned src/plugin/a.c 'void f(void)\n{\n\tx = strtol(s, NULL, 10);\n}'
plant banned src/verdict/a.c '\tif (!isdigit (c))'
plant banned src/imap/a.h '#define A(x) free(x)'
plant versions src/plugin/a.c '#if DOVECOT_PREREQ(2,4,0)'
plant versions src/imap/a.c '#ifdef HAVE_SETTINGS_GET'
plant versions src/settings/a.c '#if defined(DOVECOT_24)'
plant lengths src/plugin/a.c "$(yes 'int winnow_a;\n' | head -501)"
plant lengths tests/a.py "$(yes 'a = 1\n' | head -501)"
plant lengths src/plugin/a.c \
	"static void f(void)\n{\n$(yes '\ta();\n' | head -61)}"
plant links README.md 'See [the rest](doc/rest.md).'
plant links ARCHITECTURE.md 'The room `winnow-gone`.'
plant links doc/a.md '# A part\n\nSee [the other](#another-part).'
plant mutants src/imap/winnow-imap.h 'int winnow_imap;'
plant mutants tests/mutants \
	'\nmutant: b\nfile: src/imap/winnow-imap.h\nfrom: gone\nto: .\nby: unit'
plant paths tests/a.py 'corpus = "/home/somebody/corpus"'
plant paths src/plugin/a.c '/* see /Users/somebody/notes */'

clean_tree
module=$top_srcdir/src/imap/.libs/lib11_imap_winnow_plugin.so
build_module "$module" 'int imap_winnow_plugin_init,
	imap_winnow_plugin_deinit, imap_winnow_plugin_version, parse_score;'
expect fail symbols "a symbol without prefix"
build_module "$module" 'int imap_winnow_plugin_init, imap_winnow_plugin_deinit;'
expect fail symbols "a missing entry symbol"
rm -r "$top_srcdir/src/imap/.libs"
expect fail symbols "no modules"

exit $wrong
