#ifndef WINNOW_MAILBOX_H
#define WINNOW_MAILBOX_H

#include "mail-storage-private.h"
#include "winnow-record.h"
#include "winnow-class.h"

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

struct winnow_transaction {
	union mailbox_transaction_module_context module_ctx;

	/* The index was looked at: what follows is set. */
	bool looked;
	enum winnow_records records;
	/* Of the records in the index, for the names of sources. */
	struct winnow_record_header header;
	/* Of the extension; 0 if the index had none. */
	uint32_t reset_id;
	bool have_reset_id;

	/* Records have been written. */
	bool wrote;
	/* Filled when it is asked for. */
	struct winnow_classifier classifier;
	bool have_classifier;
	/* For winnow_message_peek(). */
	struct winnow_index_scan scan;
	struct winnow_opinion_scan opinion;
	/* It changes the user's preferences. */
	bool sets_preferences;
	/* Filters that it stores, and that the dict does not show yet */
	unsigned int new_filters;
};

/* The hooks of Dovecot's storage. */
void winnow_mailbox_allocated(struct mailbox *box);
void winnow_mailbox_opened(struct mailbox *box);

/* Returns NULL if winnow has nothing to do with the mailbox: it is off for
   the user, or the mailbox is virtual. */
struct winnow_mailbox *winnow_mailbox_get(struct mailbox *box);

/* The functions below winnow's; only for mailboxes that winnow has hooked. */
struct mailbox_vfuncs *winnow_mailbox_super(struct mailbox *box);

/* The transaction must be of a mailbox for which winnow_mailbox_get() is not
   NULL. */
struct winnow_transaction *
winnow_transaction_get(struct mailbox_transaction_context *t);

/* What decides in the transaction's mailbox for its user, the same for as long
   as the transaction. */
const struct winnow_classifier *
winnow_transaction_classifier(struct mailbox_transaction_context *t);

/* The user's preferences are read again once the transaction is committed. */
void winnow_transaction_sets_preferences(struct mailbox_transaction_context *t);

/* Whether what stands in the index counts as records. */
static inline bool
winnow_transaction_has_records(const struct winnow_transaction *wt)
{
	return wt->records == WINNOW_RECORDS_CURRENT ||
		wt->records == WINNOW_RECORDS_FOREIGN;
}

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
