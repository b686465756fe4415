#ifndef IMAP_WINNOW_ESEARCH_SOURCE_H
#define IMAP_WINNOW_ESEARCH_SOURCE_H

struct imap_arg;

/* Which mailboxes an ESEARCH is to search, as the client said it. */

enum imap_winnow_source_type {
	IMAP_WINNOW_SOURCE_SELECTED,
	IMAP_WINNOW_SOURCE_INBOXES,
	IMAP_WINNOW_SOURCE_PERSONAL,
	IMAP_WINNOW_SOURCE_SUBSCRIBED,
	/* These have names. */
	IMAP_WINNOW_SOURCE_SUBTREE,
	IMAP_WINNOW_SOURCE_SUBTREE_ONE,
	IMAP_WINNOW_SOURCE_MAILBOXES
};

struct imap_winnow_source {
	enum imap_winnow_source_type type;
	/* as the client encoded them */
	ARRAY_TYPE(const_string) names;
};
ARRAY_DEFINE_TYPE(imap_winnow_source, struct imap_winnow_source);

/* Parses esearch-source-opts (RFC 7377 section 4) if they stand at *args, and
   moves *args behind them; otherwise the only source is "selected". Returns
   FALSE and the error if they are malformed. The sources live in the pool, and
   their names as long as the arguments. */
bool imap_winnow_sources_parse(pool_t pool, const struct imap_arg **args,
			       ARRAY_TYPE(imap_winnow_source) *sources_r,
			       const char **error_r);

/* Whether a source of that type is among them. */
bool imap_winnow_sources_have(const ARRAY_TYPE(imap_winnow_source) *sources,
			      enum imap_winnow_source_type type);
/* Whether nothing but the selected mailbox is to be searched. */
bool imap_winnow_sources_are_selected(
	const ARRAY_TYPE(imap_winnow_source) *sources);

#endif
