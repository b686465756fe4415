#ifndef WINNOW_CLEAN_H
#define WINNOW_CLEAN_H

struct mailbox;
struct mail;
struct mail_search_arg;
struct mail_search_args;
struct mail_search_context;
struct winnow_mailbox;
struct winnow_clean;

/* Searches that leave spam out, for clients that know nothing of winnow. Only
   the search that a client's command asks for is one, and the command says so
   just before it: the searches by which Dovecot fetches, copies, threads or
   indexes messages see all of them. \Flagged and \Answered messages are never
   left out. */

enum winnow_clean_look {
	/* Finds nothing that is spam and, if that leaves nothing, goes on among
	   the messages that it has left out. */
	WINNOW_CLEAN_LOOK_TWICE,
	/* The two halves, for searches over several mailboxes */
	WINNOW_CLEAN_WITHOUT_SPAM,
	WINNOW_CLEAN_ONLY_SPAM
};

/* What the searches of one command left out, summed up at the end of each. */
struct winnow_clean_report {
	/* spam that was not looked at, of what the program's sets, flags and
	   keywords left in, and its words where there is an index of words */
	unsigned int skipped;
	/* spam that was looked at after all, and matched */
	unsigned int shown;
};

/* Makes the next search in the mailbox a clean one. The report must live until
   that search has ended; its search arguments must be new. */
void winnow_clean_expect(struct mailbox *box, enum winnow_clean_look look,
			 struct winnow_clean_report *report);
/* Takes that back, if there was no search. */
void winnow_clean_expect_nothing(void);

/* For winnow-search, which calls the functions below in a search's life. */

/* What was expected of a search; report: NULL for nothing */
struct winnow_clean_order {
	struct mailbox *box;
	enum winnow_clean_look look;
	struct winnow_clean_report *report;
};

/* Before Dovecot begins the search. If it is to be a clean one, args get an
   argument that decides for each message whether it may be found. */
void winnow_clean_prepare(struct mailbox *box, struct mail_search_args *args,
			  struct winnow_clean_order *order_r);
/* Whether these arguments have been prepared, for this search or another. */
bool winnow_clean_in_args(struct mail_search_arg *args);
/* Once the search has begun with such arguments */
struct winnow_clean *
winnow_clean_init(pool_t pool, struct mail_search_context *ctx,
		  struct winnow_mailbox *wbox,
		  const struct winnow_clean_order *order);
/* In place of the mailbox's own search_next_update_seq(), which it calls */
bool winnow_clean_next_seq(struct winnow_clean *clean,
			   struct mail_search_context *ctx);
/* Whether the message that was found so is to be looked at. Those that are not
   are counted: it is not to be asked about messages that can't match, as sets,
   flags, keywords or an index of words say. */
bool winnow_clean_admits_seq(struct winnow_clean *clean,
			     struct mail_search_context *ctx);
/* In place of the mailbox's own function, which it calls */
int winnow_clean_next_match_mail(struct winnow_clean *clean,
				 struct mail_search_context *ctx,
				 struct mail *mail);
/* A message is returned to whoever is searching. */
void winnow_clean_matched(struct winnow_clean *clean);
/* How many messages had no record, so that their header had to be read */
unsigned int winnow_clean_judged(const struct winnow_clean *clean);
void winnow_clean_deinit(struct winnow_clean *clean);

#endif
