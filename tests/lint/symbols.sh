#!/bin/sh
# What the modules show to Dovecot: their own prefix, and the entry symbols.
. "$(dirname -- "$0")/lint.sh"

exported()
{
	nm -D --defined-only "$1" |
		awk '$(NF - 1) != "A" { sub(/@.*/, "", $NF); print $NF }' |
		grep -vxE '_init|_fini|__bss_start|_edata|_end' || [ $? -eq 1 ]
}

# check MODULE PREFIX WANTED FORBIDDEN: symbols by name, without the prefix
check()
{
	names=$(exported "$1")
	for name in $names; do
		case $name in
		"$2"*) ;;
		*) fault "$1: $name does not begin with $2" ;;
		esac
	done
	for wanted in $3; do
		echo "$names" | grep -qx "$2$wanted" ||
			fault "$1: $2$wanted is missing"
	done
	for forbidden in $4; do
		! echo "$names" | grep -qx "$2$forbidden" ||
			fault "$1: $2$forbidden must not be there"
	done
}

plugin="plugin_init plugin_deinit plugin_version"
modules=0
for module in $(find "$top_builddir/src" -path '*/.libs/*.so' -type f); do
	case $(basename "$module") in
	lib10_winnow_plugin.so)
		check "$module" winnow_ "$plugin" "" ;;
	lib11_imap_winnow_plugin.so)
		check "$module" imap_winnow_ "$plugin" "" ;;
	lib10_doveadm_winnow_plugin.so)
		# With a list of dependencies Dovecot refuses to run any
		# doveadm command where winnow is not loaded.
		check "$module" doveadm_winnow_ "$plugin" plugin_dependencies ;;
	libwinnow_settings.so)
		check "$module" winnow_ "settings_version settings_set_infos" \
			"" ;;
	libwinnow_openssl.so)
		check "$module" winnow_ "" "" ;;
	*)
		fault "$module: an unknown module; add it to $0" ;;
	esac
	modules=$((modules + 1))
done
[ $modules -gt 0 ] || fault "no modules below $top_builddir/src: build first"
conclude "every exported symbol has its module's prefix"
