#ifndef WINNOW_ATTRIBUTE_LIST_H
#define WINNOW_ATTRIBUTE_LIST_H

struct mailbox_vfuncs;

/* Tells a client that lists winnow's entries (GETMETADATA with a DEPTH) where
   the attribute dict cannot list its keys: those of redis cannot. Dovecot's
   own answer would be an internal error. */
void winnow_attribute_list_hook(struct mailbox_vfuncs *v);

#endif
