#ifndef WINNOW_FAMILIES_H
#define WINNOW_FAMILIES_H

#include "winnow-source.h"

/* The header forms of each built-in source, one file per kind of filter. The
   rows that name them are in winnow-source.c. What each reads and who writes
   it is in doc/sources.md. */

#define WINNOW_FORMS_EXTERN(name, count) \
	extern const struct winnow_form winnow_forms_##name[count]

WINNOW_FORMS_EXTERN(rspamd, 11);
WINNOW_FORMS_EXTERN(spamassassin, 4);
WINNOW_FORMS_EXTERN(amavis, 5);
WINNOW_FORMS_EXTERN(exim, 5);
WINNOW_FORMS_EXTERN(cpanel, 4);
WINNOW_FORMS_EXTERN(mimedefang, 1);
WINNOW_FORMS_EXTERN(microsoft, 2);
WINNOW_FORMS_EXTERN(barracuda, 3);
WINNOW_FORMS_EXTERN(proofpoint, 1);
WINNOW_FORMS_EXTERN(mimecast, 3);
WINNOW_FORMS_EXTERN(vade, 6);
WINNOW_FORMS_EXTERN(kaspersky, 11);
WINNOW_FORMS_EXTERN(mailscanner, 3);
WINNOW_FORMS_EXTERN(cloudmark, 3);
WINNOW_FORMS_EXTERN(rackspace, 2);
WINNOW_FORMS_EXTERN(sophos, 1);
WINNOW_FORMS_EXTERN(mcafee, 3);
WINNOW_FORMS_EXTERN(trendmicro, 1);
WINNOW_FORMS_EXTERN(cyren, 1);
WINNOW_FORMS_EXTERN(expurgate, 2);
WINNOW_FORMS_EXTERN(gmx, 2);
WINNOW_FORMS_EXTERN(spamexperts, 2);
WINNOW_FORMS_EXTERN(postini, 3);
WINNOW_FORMS_EXTERN(mirapoint, 1);
WINNOW_FORMS_EXTERN(yandex, 1);
WINNOW_FORMS_EXTERN(mailru, 1);
WINNOW_FORMS_EXTERN(bogofilter, 1);
WINNOW_FORMS_EXTERN(dspam, 3);
WINNOW_FORMS_EXTERN(crm114, 1);
WINNOW_FORMS_EXTERN(spambayes, 1);
WINNOW_FORMS_EXTERN(spamprobe, 1);
WINNOW_FORMS_EXTERN(popfile, 1);
WINNOW_FORMS_EXTERN(fastmail, 1);
WINNOW_FORMS_EXTERN(stalwart, 2);
WINNOW_FORMS_EXTERN(spam_flag, 1);
WINNOW_FORMS_EXTERN(x_spam, 1);
WINNOW_FORMS_EXTERN(spam_level, 1);
WINNOW_FORMS_EXTERN(spam_score, 2);

/* What several families write alike. */

/* "Yes|No, score=<score>" and nothing else. */
void winnow_read_bare_status(const unsigned char *value, size_t size,
			     struct winnow_reading *reading_r);
/* One sign a point, "++" or "--"; '/' is less than one. */
void winnow_read_bar(const unsigned char *value, size_t size,
		     struct winnow_reading *reading_r);

void winnow_merge_spam_score(struct winnow_reading *readings[]);

#endif
