#ifndef WINNOW_MESSAGE_H
#define WINNOW_MESSAGE_H

struct mail;
struct mailbox_transaction_context;
struct winnow_class_result;
struct winnow_mailbox;
struct winnow_verdict;

/* All mails are real ones: use mail_get_backend_mail() first. */

/* Returns 1 if the verdict is known without opening the mail, 0 if not. */
int winnow_message_lookup(struct winnow_mailbox *wbox,
			  struct mailbox_transaction_context *t, uint32_t seq,
			  struct winnow_verdict *verdict_r);

/* Reads class and verdict from the index record, for many messages in a row.
   Returns 1, or 0 if it takes winnow_message_judge() and
   winnow_class_without_verdict(). Only for transactions that change no
   keywords. */
int winnow_message_peek(struct winnow_mailbox *wbox,
			struct mailbox_transaction_context *t, uint32_t seq,
			struct winnow_verdict *verdict_r,
			struct winnow_class_result *result_r);

/* Finds the verdict, in the mail's header if need be, and fills the record in
   where this session may. Returns 0, or -1 if the mail can't be read; the
   storage has the error. */
int winnow_message_judge(struct winnow_mailbox *wbox, struct mail *mail,
			 struct winnow_verdict *verdict_r);

/* The same for a search: if the mail has to be opened, Dovecot's events say that
   a search did. Adds to *judged whether its header had to be read. */
int winnow_message_judge_for_search(struct winnow_mailbox *wbox,
				    struct mail *mail, unsigned int *judged,
				    struct winnow_verdict *verdict_r);

/* As winnow_message_judge(), but whatever is known is judged anew. */
int winnow_message_rejudge(struct winnow_mailbox *wbox, struct mail *mail,
			   struct winnow_verdict *verdict_r);

/* Whether records may be filled in while reading. In what belongs to somebody
   else, or to everybody, only saving writes. */
bool winnow_message_may_fill(const struct winnow_mailbox *wbox);

/* Writes the record of a message that was just saved or copied. */
void winnow_message_store_saved(struct winnow_mailbox *wbox, struct mail *mail,
				const struct winnow_verdict *verdict);

/* Name of the source of a message's verdict, "" for none; valid as long as the
   transaction. */
const char *
winnow_message_source_name(struct winnow_mailbox *wbox,
			   struct mailbox_transaction_context *t, uint32_t seq,
			   const struct winnow_verdict *verdict);

/* The same of a verdict that was read from the index, whoever's settings
   shaped it. */
const char *
winnow_message_record_source_name(struct mailbox_transaction_context *t,
				  const struct winnow_verdict *verdict);

#endif
