#ifndef WINNOW_COMPAT_H
#define WINNOW_COMPAT_H

/* The only place where Dovecot versions differ, beside the settings room's
   one file per series. HAVE_* come from m4/dovecot-prototypes.m4. */

#include "winnow-config.h"

/* Parses what is in a stream already: no literal has to be asked for, and
   nothing of it is too long. Users include imap-parser.h. */
#ifdef HAVE_IMAP_PARSER_PARAMS
#  define winnow_imap_parser_create(input) \
	imap_parser_create(input, NULL, SIZE_MAX, NULL)
#else
#  define winnow_imap_parser_create(input) \
	imap_parser_create(input, NULL, SIZE_MAX)
#endif

/* What the callback of imap_feature_register() returns:
   `return WINNOW_ENABLE_ACCEPTED;` */
#ifdef HAVE_IMAP_ENABLE_RESULT
typedef bool winnow_enable_result_t;
#define WINNOW_ENABLE_ACCEPTED TRUE
#else
typedef void winnow_enable_result_t;
#define WINNOW_ENABLE_ACCEPTED
#endif

#endif
