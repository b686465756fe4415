#ifndef WINNOW_CLASS_H
#define WINNOW_CLASS_H

#include "winnow-index.h"

struct mail_index_view;
struct winnow_mailbox;
struct winnow_verdict;

/* What a user sees of a message, in this order: the user's own word, the
   mailbox it lies in, the filter's level held against the user's threshold. */

enum winnow_class {
	WINNOW_CLASS_UNKNOWN = 0,
	WINNOW_CLASS_HAM,
	WINNOW_CLASS_SPAM
};

enum winnow_by {
	WINNOW_BY_NOBODY = 0,
	WINNOW_BY_USER,
	WINNOW_BY_MAILBOX,
	WINNOW_BY_SOURCE
};

struct winnow_class_result {
	enum winnow_class class;
	enum winnow_by by;
};

/* Everything that decides, beside the verdict, in one mailbox for its user. */
struct winnow_classifier {
	bool in_junk;
	unsigned int threshold;
};

/* May open the user's INBOX: see winnow_preferences_get(). */
void winnow_classifier_init(struct winnow_classifier *classifier,
			    struct winnow_mailbox *wbox);

/* Returns 1 if the user or the mailbox has decided already, 0 if it takes the
   verdict. */
int winnow_class_without_verdict(const struct winnow_classifier *classifier,
				 struct mail_index_view *view, uint32_t seq,
				 struct winnow_class_result *result_r);

/* Whether a keyword is the user's word that a message is spam. */
bool winnow_class_keyword_is_spam(const char *name);

void winnow_class_by_verdict(const struct winnow_classifier *classifier,
			     const struct winnow_verdict *verdict,
			     struct winnow_class_result *result_r);

/* Where the keywords that carry a user's word stand in the records of a scan:
   $NotJunk, NotJunk, NonJunk, $Junk and Junk. */
struct winnow_opinion_scan {
	struct winnow_index_keyword ham[3], spam[2];
	unsigned int ham_count, spam_count;
};

void winnow_opinion_scan_begin(struct winnow_opinion_scan *opinion,
			       const struct winnow_index_scan *scan);

/* As winnow_class_without_verdict(). */
int winnow_opinion_scan_class(const struct winnow_opinion_scan *opinion,
			      const struct winnow_classifier *classifier,
			      const struct winnow_index_message *message,
			      struct winnow_class_result *result_r);

#endif
