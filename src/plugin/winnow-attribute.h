#ifndef WINNOW_ATTRIBUTE_H
#define WINNOW_ATTRIBUTE_H

struct mailbox;
struct mailbox_transaction_context;
struct winnow_user;

/* Server annotations (RFC 5464): to Dovecot they are attributes of the user's
   INBOX. What preferences and named filters do alike. */

/* Returns the mailbox for mailbox_attribute_get(), which opens it. What becomes
   of that is no error of the command that runs. */
struct mailbox *winnow_attributes_open(struct winnow_user *wuser);
void winnow_attributes_close(struct mailbox **box);

/* Has an attribute's set() fail: the client gets NO [CANNOT] and the text, or
   NO and what it begins with if that is a response code. Returns -1. */
int winnow_attribute_refuse(struct mailbox_transaction_context *t,
			    const char *text);

/* iter() of attributes that are stored: Dovecot lists those by itself. */
int winnow_attribute_iter_stored(struct mailbox *box, const char *key_prefix,
				 pool_t pool, ARRAY_TYPE(const_string) *keys);

#endif
