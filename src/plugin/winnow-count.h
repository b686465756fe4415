#ifndef WINNOW_COUNT_H
#define WINNOW_COUNT_H

#include "winnow-verdict.h"

struct mailbox;

struct winnow_counts {
	uint32_t messages;
	/* messages with a record that holds for this session */
	uint32_t records;
	uint32_t spam, ham, unknown;
	/* neither \Seen nor spam */
	uint32_t unseen;
	/* messages with a record by its level; the other records say that there
	   is no verdict */
	uint32_t levels[WINNOW_LEVEL_MAX + 1];
};

/* Counts the messages of an open, synchronized mailbox by their class, from
   records and keywords alone: no mail is opened, and one without a record
   counts as unknown unless the user or the mailbox says otherwise. Messages
   of a virtual mailbox are counted where they really are. */
void winnow_mailbox_count(struct mailbox *box, struct winnow_counts *counts_r);

#endif
