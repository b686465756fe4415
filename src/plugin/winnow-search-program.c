#include "lib.h"
#include "array.h"
#include "seq-range-array.h"
#include "mail-search.h"
#include "index-search-private.h"
#include "mail-index-private.h"
#include "winnow-verdict.h"
#include "winnow-index.h"
#include "winnow-mailbox.h"
#include "winnow-transaction.h"
#include "winnow-message.h"
#include "winnow-key.h"
#include "winnow-search-program.h"

enum node_type {
	NODE_ALL,
	NODE_OR,
	NODE_AND,
	NODE_SEQSET,
	NODE_UIDSET,
	NODE_FLAGS,
	NODE_KEYWORDS,
	NODE_KEY
};

struct program_node {
	struct program_node *next, *children;
	enum node_type type;
	bool negate;
	union {
		const ARRAY_TYPE(seq_range) *set;
		uint8_t flags;
		const struct mail_keywords *keywords;
		struct winnow_key key;
	} v;
	/* of keywords: where they stand; none if a keyword is in no message */
	struct winnow_index_keyword *bits;
	bool bits_found;
};

struct winnow_search_program {
	pool_t pool;
	struct index_search_context *ictx;
	struct winnow_mailbox *wbox;
	const struct winnow_classifier *classifier;
	struct program_node *root;

	struct winnow_index_scan scan;
	struct winnow_opinion_scan opinion;
	/* Records are of use: not outdated, and not only in this transaction */
	bool have_records;
};

static struct program_node *
nodes_compile(pool_t pool, const struct mail_search_arg *args);

static bool
node_compile_value(pool_t pool, const struct mail_search_arg *arg,
		   struct program_node *node)
{
	switch (arg->type) {
	case SEARCH_ALL:
		node->type = NODE_ALL;
		return TRUE;
	case SEARCH_OR:
	case SEARCH_SUB:
		node->type = arg->type == SEARCH_OR ? NODE_OR : NODE_AND;
		node->children = nodes_compile(pool, arg->value.subargs);
		return node->children != NULL;
	case SEARCH_SEQSET:
		node->type = NODE_SEQSET;
		node->v.set = &arg->value.seqset;
		return TRUE;
	case SEARCH_UIDSET:
		node->type = NODE_UIDSET;
		node->v.set = &arg->value.seqset;
		return TRUE;
	case SEARCH_FLAGS:
		node->type = NODE_FLAGS;
		node->v.flags = arg->value.flags;
		return (arg->value.flags & MAIL_RECENT) == 0;
	case SEARCH_KEYWORDS:
		node->type = NODE_KEYWORDS;
		node->v.keywords = arg->initialized.keywords;
		if (node->v.keywords == NULL)
			return FALSE;
		node->bits = p_new(pool, struct winnow_index_keyword,
				   node->v.keywords->count + 1);
		return TRUE;
	default:
		node->type = NODE_KEY;
		return winnow_key_from_arg(arg, &node->v.key);
	}
}

/* Returns NULL if an argument takes more than the index. */
static struct program_node *
nodes_compile(pool_t pool, const struct mail_search_arg *args)
{
	struct program_node *first = NULL, **next = &first;

	for (; args != NULL; args = args->next) {
		*next = p_new(pool, struct program_node, 1);
		(*next)->negate = args->match_not;
		if (args->match_always || args->nonmatch_always ||
		    !node_compile_value(pool, args, *next))
			return NULL;
		next = &(*next)->next;
	}
	return first;
}

static bool program_is_possible(const struct mail_search_context *ctx)
{
	return ctx->sort_program == NULL && ctx->wanted_fields == 0 &&
		ctx->wanted_headers == NULL && ctx->max_mails == 1 &&
		!ctx->args->stop_on_nonmatch &&
		ctx->transaction->box->view_pvt == NULL;
}

struct winnow_search_program *
winnow_search_program_init(pool_t pool, struct mail_search_context *ctx,
			   struct winnow_mailbox *wbox,
			   const struct winnow_classifier *classifier)
{
	struct winnow_search_program *program;
	struct program_node *root;

	if (!program_is_possible(ctx))
		return NULL;
	root = nodes_compile(pool, ctx->args->args);
	if (root == NULL)
		return NULL;
	program = p_new(pool, struct winnow_search_program, 1);
	program->pool = pool;
	program->ictx = container_of(ctx, struct index_search_context,
				     mail_ctx);
	program->wbox = wbox;
	program->classifier = classifier;
	program->root = root;
	return program;
}

static void
nodes_begin(struct program_node *node, const struct winnow_index_scan *scan)
{
	for (; node != NULL; node = node->next) {
		if (node->children != NULL)
			nodes_begin(node->children, scan);
		if (node->type != NODE_KEYWORDS)
			continue;
		/* as in Dovecot, a keyword that can't exist never matches */
		node->bits_found = node->v.keywords->count > 0;
		for (unsigned int i = 0; i < node->v.keywords->count; i++) {
			if (!winnow_index_scan_keyword(scan,
					node->v.keywords->idx[i],
					&node->bits[i]))
				node->bits_found = FALSE;
		}
	}
}

/* To be called for each match: mails may have been opened since the last one.
   Keywords are looked up by name, so not more often than needed. */
static bool program_begin(struct winnow_search_program *program)
{
	struct mail_search_context *ctx = &program->ictx->mail_ctx;
	struct mail_index_view *view = ctx->transaction->view;
	struct winnow_transaction *wt;

	if (array_count(&ctx->results) > 0 || ctx->update_result != NULL)
		return FALSE;
	if (winnow_index_scan_is_current(&program->scan, view))
		return TRUE;
	if (!winnow_index_scan_begin(&program->scan, view,
				     program->wbox->ext_id))
		return FALSE;
	wt = winnow_transaction_get(ctx->transaction);
	program->have_records = winnow_transaction_has_records(wt);
	winnow_opinion_scan_begin(&program->opinion, &program->scan);
	nodes_begin(program->root, &program->scan);
	return TRUE;
}

static bool
keywords_match(const struct program_node *node,
	       const struct winnow_index_message *msg)
{
	if (!node->bits_found)
		return FALSE;
	for (unsigned int i = 0; i < node->v.keywords->count; i++) {
		if (!winnow_index_message_has(msg, &node->bits[i]))
			return FALSE;
	}
	return TRUE;
}

static int
key_match_record(struct winnow_search_program *program,
		 const struct winnow_key *key,
		 const struct winnow_index_message *msg)
{
	struct winnow_class_result result;
	struct winnow_verdict verdict;
	const char *source = "";

	if (!program->have_records || msg->record == NULL ||
	    winnow_record_decode(msg->record, WINNOW_RECORD_SIZE,
				 &verdict) == 0)
		return -1;
	if (!winnow_key_asks_class(key))
		return winnow_key_match_verdict(key, &verdict) ? 1 : 0;
	winnow_class_by_verdict(program->classifier, &verdict, &result);
	if (key->type == WINNOW_KEY_BY && result.by == WINNOW_BY_SOURCE) {
		source = winnow_message_record_source_name(
			program->ictx->mail_ctx.transaction, &verdict);
	}
	return winnow_key_match_class(key, &result, source) ? 1 : 0;
}

static int
key_match(struct winnow_search_program *program, const struct winnow_key *key,
	  const struct winnow_index_message *msg)
{
	struct winnow_class_result result;

	if (winnow_key_asks_class(key) &&
	    winnow_opinion_scan_class(&program->opinion, program->classifier,
				      msg, &result) > 0)
		return winnow_key_match_class(key, &result, "") ? 1 : 0;
	return key_match_record(program, key, msg);
}

static int
nodes_match(struct winnow_search_program *program,
	    const struct program_node *node, bool any,
	    uint32_t seq, const struct winnow_index_message *msg);

/* Returns 1 or 0, or -1 if it takes the mail. */
static int
node_match(struct winnow_search_program *program,
	   const struct program_node *node, uint32_t seq,
	   const struct winnow_index_message *msg)
{
	switch (node->type) {
	case NODE_ALL:
		return 1;
	case NODE_OR:
		return nodes_match(program, node->children, TRUE, seq, msg);
	case NODE_AND:
		return nodes_match(program, node->children, FALSE, seq, msg);
	case NODE_SEQSET:
		return seq_range_exists(node->v.set, seq) ? 1 : 0;
	case NODE_UIDSET:
		return seq_range_exists(node->v.set, msg->uid) ? 1 : 0;
	case NODE_FLAGS:
		return (msg->flags & node->v.flags) == node->v.flags ? 1 : 0;
	case NODE_KEYWORDS:
		return keywords_match(node, msg) ? 1 : 0;
	case NODE_KEY:
		return key_match(program, &node->v.key, msg);
	}
	i_unreached();
}

/* One of them has to match, or all of them. */
static int
nodes_match(struct winnow_search_program *program,
	    const struct program_node *node, bool any,
	    uint32_t seq, const struct winnow_index_message *msg)
{
	int ret, result = any ? 0 : 1;

	for (; node != NULL; node = node->next) {
		ret = node_match(program, node, seq, msg);
		if (ret < 0)
			result = -1;
		else if ((ret > 0) != node->negate) {
			if (any)
				return 1;
		} else {
			if (!any)
				return 0;
		}
	}
	return result;
}

int winnow_search_program_next(struct winnow_search_program *program,
			       uint32_t *uid_r)
{
	struct index_search_context *ictx = program->ictx;
	struct mail_search_context *ctx = &ictx->mail_ctx;
	struct winnow_index_message msg;
	uint32_t seq = I_MAX(ctx->seq + 1, ictx->seq1);
	int ret = 0;

	if (!program_begin(program))
		return -1;
	for (; seq <= ictx->seq2; seq++) {
		winnow_index_scan_message(&program->scan, seq, &msg);
		ret = nodes_match(program, program->root, FALSE, seq, &msg);
		if (ret != 0)
			break;
	}
	/* Dovecot's search goes on after the last message that is decided */
	ctx->seq = ret > 0 ? seq : seq - 1;
	ctx->progress_cur = ctx->seq;
	if (ret > 0)
		*uid_r = msg.uid;
	return ret;
}

struct mail *winnow_search_program_mail(struct winnow_search_program *program)
{
	struct mail *mail = index_search_get_mail(program->ictx);

	mail_set_seq(mail, program->ictx->mail_ctx.seq);
	return mail;
}
