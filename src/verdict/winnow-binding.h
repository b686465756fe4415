#ifndef WINNOW_BINDING_H
#define WINNOW_BINDING_H

#include "winnow-policy.h"

/* What binds a signed verdict to its message, so that it is worth nothing in
   another one: names, a time, and the queue ids that our own servers gave it.
   Collected in one pass over the header, since the fields may come in any
   order. */

/* Of each value so many bytes are looked at, and of what is left without the
   blanks so many count. */
#define WINNOW_BINDING_RAW_MAX 1024
#define WINNOW_BINDING_TEXT_MAX 512
/* The queue ids of so many of our own servers, from the top. */
#define WINNOW_BINDING_IDS_MAX 8
#define WINNOW_BINDING_ID_MAX 64

enum winnow_binding_field {
	WINNOW_BINDING_MESSAGE_ID = 0,
	WINNOW_BINDING_FROM,
	WINNOW_BINDING_DATE,
	WINNOW_BINDING_SUBJECT,
	WINNOW_BINDING_FIELD_COUNT
};

struct winnow_binding_text {
	unsigned char bytes[WINNOW_BINDING_TEXT_MAX];
	size_t size;
	int seen;
};

struct winnow_binding_id {
	unsigned char bytes[WINNOW_BINDING_ID_MAX];
	size_t size;
};

struct winnow_binding {
	int64_t received; /* INTERNALDATE, seconds since 1970 */
	struct winnow_binding_text fields[WINNOW_BINDING_FIELD_COUNT];
	struct winnow_binding_id ids[WINNOW_BINDING_IDS_MAX];
	unsigned int id_count;
	/* What the message is called, for the "m=" of a signature */
	unsigned char name[WINNOW_BINDING_TEXT_MAX];
	size_t name_size; /* 0: nobody can tell */
};

void winnow_binding_init(struct winnow_binding *binding);
/* Keeps a field if it is the topmost of its name and one of those above. */
void winnow_binding_add_field(struct winnow_binding *binding, const char *name,
			      size_t name_size, const unsigned char *value,
			      size_t value_size);
/* Keeps the queue id of a Received field that one of our own servers wrote.
   value: as winnow_value_clean() left it. */
void winnow_binding_add_received(struct winnow_binding *binding,
				 const unsigned char *value, size_t size);
int winnow_binding_has_id(const struct winnow_binding *binding,
			  const unsigned char *id, size_t size);
/* After the last field: the name is the Message-ID, or without one the SHA-256
   of "From|Date|Subject" in hexadecimal digits. */
void winnow_binding_finish(struct winnow_binding *binding,
			   const struct winnow_crypto *crypto);

#endif
