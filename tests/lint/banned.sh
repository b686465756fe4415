#!/bin/sh
# Functions that have no place here: unbounded, locale-dependent, doubling what
# Dovecot does with its pools, or opening doors (winnow writes no files).
. "$(dirname -- "$0")/lint.sh"

banned="strcpy strcat sprintf snprintf strtok atoi atol strtol sscanf alloca
	alarm signal malloc calloc realloc free isdigit isalpha tolower printf
	system popen fopen open"
pattern="[^A-Za-z0-9_.>]($(echo $banned | tr ' ' '|'))[ 	]*\("

code $(sources) | grep -E "$pattern" >"$faults" || [ $? -eq 1 ]
conclude "none of these: $(echo $banned)"
