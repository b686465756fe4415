#include "imap-common.h"
#include "array.h"
#include "istream.h"
#include "module-dir.h"
#include "time-util.h"
#include "mail-search.h"
#include "mail-storage-private.h"
#include "mail-storage-service.h"
#include "winnow-key.h"
#include "imap-winnow-esearch-narrow.h"
#include "imap-winnow-weak.h"

/* So many messages of a command are looked at whatever comes of it; after that,
   half of all must have been spared a search. */
#define NARROW_TRIAL 64
/* So long messages are looked at before others have a turn. */
#define NARROW_SLICE_USECS 50000
/* Above it, a set would mean "*". */
#define NARROW_UID_MAX ((uint32_t)-2)

struct imap_winnow_narrow {
	struct imap_winnow_narrow_plan *plan;
	struct mail_search_args *args;
	struct mail_search_context *search_ctx;
	ARRAY_TYPE(seq_range) uids;
};

/* With full text search there is an index of words. */
static bool narrow_user_has_fts(struct mail_user *user)
{
	struct module *module = mail_storage_service_modules;

	for (; module != NULL; module = module->next) {
		if (strcmp(module_get_plugin_name(module), "fts") == 0 &&
		    mail_user_is_plugin_loaded(user, module))
			return TRUE;
	}
	return FALSE;
}

static void
narrow_use_word(struct imap_winnow_narrow_plan *plan, const char *text)
{
	char word[IMAP_WINNOW_BYTES_WORD_MAX + 1];

	if (imap_winnow_bytes_word(text, word) &&
	    strlen(word) > strlen(plan->word))
		memcpy(plan->word, word, sizeof(word));
}

/* Takes words that have to be there. Returns FALSE if an argument asks for more
   than words and what the index knows: messages would be opened for that, for
   which Dovecot needn't look at their text. */
static bool
narrow_read_args(struct imap_winnow_narrow_plan *plan,
		 const struct mail_search_arg *arg, bool required)
{
	struct winnow_key key;
	bool needed;

	for (; arg != NULL; arg = arg->next) {
		needed = required && !arg->match_not;
		switch (arg->type) {
		case SEARCH_ALL:
		case SEARCH_SEQSET:
		case SEARCH_UIDSET:
		case SEARCH_FLAGS:
		case SEARCH_KEYWORDS:
			break;
		case SEARCH_TEXT:
		case SEARCH_BODY:
			if (!needed)
				return FALSE;
			narrow_use_word(plan, arg->value.str);
			break;
		case SEARCH_SUB:
		case SEARCH_OR:
			if (!narrow_read_args(plan, arg->value.subargs,
					      needed &&
					      arg->type == SEARCH_SUB))
				return FALSE;
			break;
		default:
			if (!winnow_key_from_arg(arg, &key))
				return FALSE;
			break;
		}
	}
	return TRUE;
}

void imap_winnow_narrow_plan_for(struct imap_winnow_narrow_plan *plan,
				 struct mail_user *user,
				 const struct mail_search_args *args)
{
	if (narrow_user_has_fts(user) ||
	    !narrow_read_args(plan, args->args, TRUE))
		plan->word[0] = '\0';
}

static bool narrow_plan_pays(const struct imap_winnow_narrow_plan *plan)
{
	return plan->seen < NARROW_TRIAL || plan->left <= plan->seen / 2;
}

bool imap_winnow_narrow_pays(const struct imap_winnow_narrow_plan *plan,
			     struct mailbox *box)
{
	/* what has its messages on a disk, as files or in files */
	static const char *const storages[] = {
		"maildir", "mbox", "mdbox", "sdbox", NULL
	};

	return plan->word[0] != '\0' &&
		str_array_find(storages, box->storage->name) &&
		narrow_plan_pays(plan);
}

struct imap_winnow_narrow *
imap_winnow_narrow_begin(struct imap_winnow_narrow_plan *plan,
			 struct mailbox_transaction_context *t,
			 struct mail_search_args *args)
{
	struct imap_winnow_narrow *narrow;

	narrow = i_new(struct imap_winnow_narrow, 1);
	narrow->plan = plan;
	narrow->args = args;
	i_array_init(&narrow->uids, 16);
	narrow->search_ctx = mailbox_search_init(t, args, NULL, 0, NULL);
	narrow->search_ctx->progress_hidden = TRUE;
	return narrow;
}

/* A message that can't be read is left to Dovecot. */
static bool mail_lacks_word(struct mail *mail, const char *word)
{
	const unsigned char *data;
	struct istream *input;
	size_t size, seen;

	mail->access_type = MAIL_ACCESS_TYPE_SEARCH;
	if (mail_get_stream_because(mail, NULL, NULL, "search", &input) < 0)
		return FALSE;
	while (i_stream_read_bytes(input, &data, &size,
				   IMAP_WINNOW_BYTES_WINDOW + 1) > 0) {
		if (!imap_winnow_bytes_lack(word, data, size, FALSE, &seen))
			return FALSE;
		i_stream_skip(input, seen);
	}
	return input->eof && input->stream_errno == 0 &&
		imap_winnow_bytes_lack(word, data, size, TRUE, &seen);
}

static void
narrow_look_at(struct imap_winnow_narrow *narrow, struct mail *mail)
{
	struct imap_winnow_narrow_plan *plan = narrow->plan;

	plan->seen++;
	if (mail_lacks_word(mail, plan->word))
		return;
	plan->left++;
	seq_range_array_add(&narrow->uids, mail->uid);
}

bool imap_winnow_narrow_more(struct imap_winnow_narrow *narrow)
{
	struct timeval begin, now;
	struct mail *mail;
	bool tryagain;

	i_gettimeofday(&begin);
	while (mailbox_search_next_nonblock(narrow->search_ctx, &mail,
					    &tryagain)) {
		if (!narrow_plan_pays(narrow->plan)) {
			seq_range_array_add_range(&narrow->uids, mail->uid,
						  NARROW_UID_MAX);
			return TRUE;
		}
		T_BEGIN {
			narrow_look_at(narrow, mail);
		} T_END;
		i_gettimeofday(&now);
		if (timeval_diff_usecs(&now, &begin) >= NARROW_SLICE_USECS)
			return FALSE;
	}
	return !tryagain;
}

bool imap_winnow_narrow_end(struct imap_winnow_narrow **_narrow,
			    ARRAY_TYPE(seq_range) *uids,
			    struct winnow_search_half *half_r)
{
	struct imap_winnow_narrow *narrow = *_narrow;
	bool lost_data = mailbox_search_seen_lost_data(narrow->search_ctx);

	*_narrow = NULL;
	winnow_search_end_half(narrow->search_ctx, half_r);
	/* What is wrong, the search itself will meet as well. */
	if (mailbox_search_deinit(&narrow->search_ctx) < 0)
		seq_range_array_add_range(uids, 1, NARROW_UID_MAX);
	mail_search_args_deinit(narrow->args);
	mail_search_args_unref(&narrow->args);
	seq_range_array_merge(uids, &narrow->uids);
	array_free(&narrow->uids);
	i_free(narrow);
	return lost_data;
}
