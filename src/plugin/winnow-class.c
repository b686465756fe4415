#include "lib.h"
#include "array.h"
#include "mail-index-private.h"
#include "mail-index-view-private.h"
#include "winnow-verdict.h"
#include "winnow-user.h"
#include "winnow-mailbox.h"
#include "winnow-class.h"

/* IANA's registry of IMAP keywords has $Junk and $NotJunk; the others are what
   Thunderbird, Apple Mail and KMail set. */
static const char *const ham_keywords[] = { "$NotJunk", "NotJunk", "NonJunk" };
static const char *const spam_keywords[] = { "$Junk", "Junk" };

void winnow_classifier_init(struct winnow_classifier *classifier,
			    struct winnow_mailbox *wbox)
{
	classifier->in_junk = winnow_mailbox_is_junk(wbox->box);
	classifier->threshold =
		winnow_preferences_get(wbox->wuser)->threshold;
}

static int
class_set(struct winnow_class_result *result_r, enum winnow_class class,
	  enum winnow_by by)
{
	result_r->class = class;
	result_r->by = by;
	return 1;
}

/* RFC 9051, section 2.3.2: $Junk and $NotJunk exclude each other; a message
   with both is treated as if it had neither. */
static int
class_from_opinion(bool ham, bool spam, bool in_junk,
		   struct winnow_class_result *result_r)
{
	if (ham != spam) {
		return class_set(result_r, ham ? WINNOW_CLASS_HAM :
				 WINNOW_CLASS_SPAM, WINNOW_BY_USER);
	}
	if (in_junk) {
		return class_set(result_r, WINNOW_CLASS_SPAM,
				 WINNOW_BY_MAILBOX);
	}
	return 0;
}

static bool
keyword_is_any(const char *name, const char *const *names, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (strcasecmp(name, names[i]) == 0)
			return TRUE;
	}
	return FALSE;
}

bool winnow_class_keyword_is_spam(const char *name)
{
	return keyword_is_any(name, spam_keywords, N_ELEMENTS(spam_keywords));
}

int winnow_class_without_verdict(const struct winnow_classifier *classifier,
				 struct mail_index_view *view, uint32_t seq,
				 struct winnow_class_result *result_r)
{
	ARRAY_TYPE(keyword_indexes) indexes;
	bool ham = FALSE, spam = FALSE;

	T_BEGIN {
		const ARRAY_TYPE(keywords) *keywords =
			mail_index_get_keywords(view->index);
		unsigned int idx;

		t_array_init(&indexes, 16);
		mail_index_lookup_keywords(view, seq, &indexes);
		array_foreach_elem(&indexes, idx) {
			const char *name = array_idx_elem(keywords, idx);

			if (keyword_is_any(name, ham_keywords,
					   N_ELEMENTS(ham_keywords)))
				ham = TRUE;
			else if (winnow_class_keyword_is_spam(name))
				spam = TRUE;
		}
	} T_END;
	return class_from_opinion(ham, spam, classifier->in_junk, result_r);
}

void winnow_class_by_verdict(const struct winnow_classifier *classifier,
			     const struct winnow_verdict *verdict,
			     struct winnow_class_result *result_r)
{
	if (verdict->level == WINNOW_LEVEL_NONE) {
		(void)class_set(result_r, WINNOW_CLASS_UNKNOWN,
				WINNOW_BY_NOBODY);
	} else {
		(void)class_set(result_r, verdict->level >=
				(int)classifier->threshold ?
				WINNOW_CLASS_SPAM : WINNOW_CLASS_HAM,
				WINNOW_BY_SOURCE);
	}
}

static unsigned int
opinion_scan_find(const struct winnow_index_scan *scan,
		  const char *const *names, unsigned int count,
		  struct winnow_index_keyword *keywords_r)
{
	unsigned int i, idx, found = 0;

	for (i = 0; i < count; i++) {
		if (mail_index_keyword_lookup(scan->map->index, names[i],
					      &idx) &&
		    winnow_index_scan_keyword(scan, idx, &keywords_r[found]))
			found++;
	}
	return found;
}

void winnow_opinion_scan_begin(struct winnow_opinion_scan *opinion,
			       const struct winnow_index_scan *scan)
{
	opinion->ham_count = opinion_scan_find(scan, ham_keywords,
		N_ELEMENTS(ham_keywords), opinion->ham);
	opinion->spam_count = opinion_scan_find(scan, spam_keywords,
		N_ELEMENTS(spam_keywords), opinion->spam);
}

static bool
opinion_scan_has(const struct winnow_index_message *message,
		 const struct winnow_index_keyword *keywords,
		 unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (winnow_index_message_has(message, &keywords[i]))
			return TRUE;
	}
	return FALSE;
}

int winnow_opinion_scan_class(const struct winnow_opinion_scan *opinion,
			      const struct winnow_classifier *classifier,
			      const struct winnow_index_message *message,
			      struct winnow_class_result *result_r)
{
	return class_from_opinion(
		opinion_scan_has(message, opinion->ham, opinion->ham_count),
		opinion_scan_has(message, opinion->spam, opinion->spam_count),
		classifier->in_junk, result_r);
}
