#ifndef WINNOW_FAMILIES_H
#define WINNOW_FAMILIES_H

#include "winnow-source.h"

/* The header forms of each built-in source; one file per kind of filter. The
   rows that name them are in winnow-source.c. */

#define WINNOW_FORMS_EXTERN(name, count) \
	extern const struct winnow_form winnow_forms_##name[count]

WINNOW_FORMS_EXTERN(spamassassin, 4);
WINNOW_FORMS_EXTERN(amavis, 5);
WINNOW_FORMS_EXTERN(rspamd, 11);

#endif
