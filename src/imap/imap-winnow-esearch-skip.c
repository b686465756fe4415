#include "lib.h"
#include "array.h"
#include "mail-search.h"
#include "imap-winnow-esearch-skip.h"

/* How many of a mailbox's messages match. */
enum extent {
	EXTENT_NONE,
	EXTENT_SOME,	/* or nobody knows */
	EXTENT_ALL
};

enum mailbox_status_items
imap_winnow_skip_items(const struct mail_search_arg *args)
{
	enum mailbox_status_items items = STATUS_MESSAGES;

	for (; args != NULL; args = args->next) {
		switch (args->type) {
		case SEARCH_OR:
		case SEARCH_SUB:
			items |= imap_winnow_skip_items(args->value.subargs);
			break;
		case SEARCH_FLAGS:
			if ((args->value.flags & MAIL_SEEN) != 0)
				items |= STATUS_UNSEEN;
			break;
		case SEARCH_UIDSET:
			items |= STATUS_UIDNEXT;
			break;
		case SEARCH_MODSEQ:
			items |= STATUS_HIGHESTMODSEQ;
			break;
		default:
			break;
		}
	}
	return items;
}

/* A set without "*" that begins behind the last number there is. */
static bool
set_is_beyond(const ARRAY_TYPE(seq_range) *set, uint32_t last)
{
	const struct seq_range *range;

	if (array_count(set) == 0)
		return FALSE;
	array_foreach(set, range) {
		if (range->seq1 <= last || range->seq2 == (uint32_t)-1)
			return FALSE;
	}
	return TRUE;
}

static enum extent
flags_extent(uint8_t flags, const struct mailbox_status *status)
{
	if ((flags & MAIL_SEEN) == 0)
		return EXTENT_SOME;
	if (status->unseen == status->messages)
		return EXTENT_NONE;
	return status->unseen == 0 && flags == MAIL_SEEN ?
		EXTENT_ALL : EXTENT_SOME;
}

static enum extent
args_extent(const struct mail_search_arg *args, bool any,
	    const struct mailbox_status *status);

static enum extent
arg_extent(const struct mail_search_arg *arg,
	   const struct mailbox_status *status)
{
	bool none = FALSE;

	switch (arg->type) {
	case SEARCH_ALL:
		return EXTENT_ALL;
	case SEARCH_OR:
	case SEARCH_SUB:
		return args_extent(arg->value.subargs, arg->type == SEARCH_OR,
				   status);
	case SEARCH_FLAGS:
		return flags_extent(arg->value.flags, status);
	case SEARCH_SEQSET:
		none = set_is_beyond(&arg->value.seqset, status->messages);
		break;
	case SEARCH_UIDSET:
		none = status->uidnext > 0 &&
			set_is_beyond(&arg->value.seqset, status->uidnext - 1);
		break;
	case SEARCH_MODSEQ:
		none = arg->value.modseq->modseq > status->highest_modseq;
		break;
	default:
		break;
	}
	return none ? EXTENT_NONE : EXTENT_SOME;
}

/* Of all arguments together, or of any. */
static enum extent
args_extent(const struct mail_search_arg *args, bool any,
	    const struct mailbox_status *status)
{
	enum extent extent, result = any ? EXTENT_NONE : EXTENT_ALL;

	for (; args != NULL; args = args->next) {
		extent = arg_extent(args, status);
		if (args->match_not)
			extent = EXTENT_ALL - extent;
		result = any ? I_MAX(result, extent) : I_MIN(result, extent);
	}
	return result;
}

bool imap_winnow_skip_is_sure(const struct mail_search_arg *args,
			      const struct mailbox_status *status)
{
	return status->messages == 0 ||
		args_extent(args, FALSE, status) == EXTENT_NONE;
}
