#ifndef WINNOW_TRANSACTION_H
#define WINNOW_TRANSACTION_H

#include "winnow-mailbox.h"
#include "winnow-class.h"

/* What is found out once in a transaction, and what it is about to change. */
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
	return winnow_records_hold(wt->records);
}

/* Overrides the mailbox's transaction functions. */
void winnow_transaction_hook(struct mailbox_vfuncs *v);

#endif
