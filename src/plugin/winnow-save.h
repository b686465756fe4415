#ifndef WINNOW_SAVE_H
#define WINNOW_SAVE_H

struct mail;
struct mail_save_context;

/* Saving and copying, seen from inside the mailbox's transaction. Nothing here
   can make either of them fail: at worst a message has no record, and gets one
   when a search meets it. */

/* A message was saved; its header is read from the mail. */
void winnow_mail_saved(struct mail *mail);

/* A message is about to be copied, or delivered from another storage. */
void winnow_mail_copying(struct mail_save_context *ctx, struct mail *src_mail);
/* ... and was. */
void winnow_mail_copied(struct mail_save_context *ctx, struct mail *src_mail);

#endif
