#ifndef WINNOW_MAILBOX_H
#define WINNOW_MAILBOX_H

#include "mail-storage-private.h"
#include "winnow-record.h"

struct winnow_user;
struct winnow_memo;
struct winnow_quiet;

/* A mailbox of a user for whom winnow is on. Never a virtual mailbox: those
   have no records of their own. */
struct winnow_mailbox {
	union mailbox_module_context module_ctx;
	struct mailbox *box;
	struct winnow_user *wuser;
	/* Set once the mailbox has been opened, together with opened. */
	uint32_t ext_id;
	bool opened;
	/* Verdicts that may not be written; NULL as long as there are none. */
	struct winnow_memo *memo;
	/* NULL unless a session wants to hear of spam later. */
	struct winnow_quiet *quiet;
};

/* How records relate to the settings of the session that reads them. */
enum winnow_records {
	/* nobody has written any, or what shaped them can't be read */
	WINNOW_RECORDS_NONE,
	/* shaped by the same settings */
	WINNOW_RECORDS_CURRENT,
	/* shaped by others; this session may replace them all */
	WINNOW_RECORDS_STALE,
	/* shaped by others, to be accepted as they are */
	WINNOW_RECORDS_FOREIGN
};

/* Whether the session goes by what they say. */
static inline bool winnow_records_hold(enum winnow_records records)
{
	return records == WINNOW_RECORDS_CURRENT ||
		records == WINNOW_RECORDS_FOREIGN;
}

/* Makes an allocated mailbox one of the user's. Returns the functions that are
   called first, for each part of winnow to put its own into. */
struct mailbox_vfuncs *
winnow_mailbox_create(struct mailbox *box, struct winnow_user *wuser);
/* The hook of Dovecot's storage: an allocated mailbox, anybody's, was opened. */
void winnow_mailbox_opened(struct mailbox *box);

/* Returns NULL if winnow has nothing to do with the mailbox: it is off for
   the user, or the mailbox is virtual. */
struct winnow_mailbox *winnow_mailbox_get(struct mailbox *box);

/* The functions below winnow's; only for mailboxes that winnow has hooked. */
struct mailbox_vfuncs *winnow_mailbox_super(struct mailbox *box);

/* Whether the accessing user's configuration gives the mailbox special-use
   \Junk. */
bool winnow_mailbox_is_junk(struct mailbox *box);

/* How the records that a session sees through the view relate to its
   settings; header_r tells what stands in the index. */
enum winnow_records
winnow_mailbox_get_records(struct winnow_mailbox *wbox,
			   struct mail_index_view *view,
			   struct winnow_record_header *header_r);

#endif
