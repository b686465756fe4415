#ifndef WINNOW_SAVE_H
#define WINNOW_SAVE_H

struct mailbox_vfuncs;

/* Overrides the mailbox's functions that save and copy, for a delivery, too: a
   new message gets its record in the transaction that brings it. Nothing here
   can make either of them fail: at worst a message has no record, and gets one
   when a search meets it. */
void winnow_save_hook(struct mailbox_vfuncs *v);

#endif
