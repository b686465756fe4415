#ifndef WINNOW_SAVE_H
#define WINNOW_SAVE_H

#include "winnow-verdict.h"

struct mail;
struct mail_save_context;

/* Saving and copying, seen from inside the mailbox's transaction. Nothing here
   can make either of them fail: at worst a message has no record, and gets one
   when a search meets it. */

/* A message was saved; its header is read from the mail. */
void winnow_mail_saved(struct mail *mail);

/* What is known of a message that is being copied. */
struct winnow_copying {
	struct winnow_verdict verdict;
	/* FALSE: it has to be judged once the copy is there */
	bool known;
};

/* A message is about to be copied, or delivered from another storage. */
void winnow_mail_copying(struct mail_save_context *ctx, struct mail *src_mail,
			 struct winnow_copying *copying_r);
/* ... and was. */
void winnow_mail_copied(struct mail_save_context *ctx, struct mail *src_mail,
			const struct winnow_copying *copying);

#endif
