#include "lib.h"
#include "mail-storage-private.h"
#include "winnow-verdict.h"
#include "winnow-mailbox.h"
#include "winnow-message.h"
#include "winnow-sort.h"

#define WINNOW_SORT_CONTEXT(obj) \
	MODULE_CONTEXT(obj, winnow_sort_module)
#define WINNOW_SORT_MAIL_CONTEXT_REQUIRE(obj) \
	MODULE_CONTEXT_REQUIRE(obj, winnow_sort_mail_module)

static MODULE_CONTEXT_DEFINE_INIT(winnow_sort_module,
				  &mail_storage_module_register);
static MODULE_CONTEXT_DEFINE_INIT(winnow_sort_mail_module,
				  &mail_module_register);

/* Marks transactions, of virtual mailboxes, too. */
static union mailbox_transaction_module_context sort_mark;
static bool sort_expected;

void winnow_sort_expect(bool expected)
{
	sort_expected = expected;
}

static enum mail_sort_type *sort_program_dup(const enum mail_sort_type *program)
{
	enum mail_sort_type *copy;
	unsigned int count = 0;

	while (program[count] != MAIL_SORT_END)
		count++;
	copy = t_new(enum mail_sort_type, count + 1);
	memcpy(copy, program, sizeof(*copy) * (count + 1));
	return copy;
}

const enum mail_sort_type *
winnow_sort_program(struct mailbox_transaction_context *t,
		    const enum mail_sort_type *program)
{
	enum mail_sort_type *copy;
	unsigned int i;

	if (program == NULL || !sort_expected)
		return program;
	sort_expected = FALSE;
	copy = sort_program_dup(program);
	for (i = 0; copy[i] != MAIL_SORT_END; i++) {
		if ((copy[i] & MAIL_SORT_MASK) == MAIL_SORT_RELEVANCY) {
			copy[i] = MAIL_SORT_POP3_ORDER |
				(copy[i] & MAIL_SORT_FLAG_REVERSE);
		}
	}
	MODULE_CONTEXT_SET_SELF(t, winnow_sort_module, &sort_mark);
	return copy;
}

/* A mail that can't be read has no level. */
static int sort_mail_level(struct mail *mail)
{
	struct winnow_mailbox *wbox;
	struct winnow_verdict verdict;
	struct mail *real_mail;

	if (mail_get_backend_mail(mail, &real_mail) < 0 ||
	    (wbox = winnow_mailbox_get(real_mail->box)) == NULL ||
	    winnow_message_judge(wbox, real_mail, &verdict) < 0)
		return WINNOW_LEVEL_NONE;
	return verdict.level;
}

/* Comparing asks for it again and again, so nothing is allocated: returns the
   level plus one as a string, "0" for none. */
static const char *sort_level_string(int level)
{
	static char strings[WINNOW_LEVEL_MAX + 2][4];
	char *str = strings[level + 1];

	if (*str == '\0' &&
	    i_snprintf(str, sizeof(strings[0]), "%d", level + 1) < 0)
		i_unreached();
	return str;
}

static int
winnow_sort_mail_get_special(struct mail *_mail, enum mail_fetch_field field,
			     const char **value_r)
{
	struct mail_private *mail = (struct mail_private *)_mail;
	union mail_module_context *ctx =
		WINNOW_SORT_MAIL_CONTEXT_REQUIRE(mail);

	if (field != MAIL_FETCH_POP3_ORDER)
		return ctx->super.get_special(_mail, field, value_r);
	*value_r = sort_level_string(sort_mail_level(_mail));
	return 0;
}

void winnow_sort_mail_allocated(struct mail *_mail)
{
	struct mail_private *mail = (struct mail_private *)_mail;
	struct mail_vfuncs *v = mail->vlast;
	union mail_module_context *ctx;

	if (WINNOW_SORT_CONTEXT(_mail->transaction) == NULL)
		return;
	ctx = p_new(mail->pool, union mail_module_context, 1);
	ctx->super = *v;
	mail->vlast = &ctx->super;
	v->get_special = winnow_sort_mail_get_special;
	MODULE_CONTEXT_SET_SELF(mail, winnow_sort_mail_module, ctx);
}
