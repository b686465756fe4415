#include <string.h>

#include "winnow-binding.h"
#include "winnow-crypto.h"
#include "winnow-received.h"
#include "winnow-value.h"

static const char *const field_names[WINNOW_BINDING_FIELD_COUNT] = {
	[WINNOW_BINDING_MESSAGE_ID] = "Message-ID",
	[WINNOW_BINDING_FROM] = "From",
	[WINNOW_BINDING_DATE] = "Date",
	[WINNOW_BINDING_SUBJECT] = "Subject",
};

void winnow_binding_init(struct winnow_binding *binding)
{
	unsigned int i;

	binding->received = 0;
	binding->id_count = 0;
	binding->name_size = 0;
	for (i = 0; i < WINNOW_BINDING_FIELD_COUNT; i++) {
		binding->fields[i].seen = 0;
		binding->fields[i].size = 0;
	}
}

/* Servers fold lines anew and change blanks at that: runs of blanks and line
   breaks count as one blank, and at the ends as none. Whoever signs may see
   CRLF where there is LF here: together they are one byte. */
static void text_keep(struct winnow_binding_text *text,
		      const unsigned char *value, size_t size)
{
	size_t i, looked = 0;

	text->seen = 1;
	for (i = 0; i < size && looked < WINNOW_BINDING_RAW_MAX &&
		    text->size < sizeof(text->bytes); i++) {
		unsigned char c = value[i];

		if (c == '\r' && i + 1 < size && value[i + 1] == '\n')
			continue;
		looked++;
		if (c == '\t' || c == '\r' || c == '\n')
			c = ' ';
		if (c == ' ' && (text->size == 0 ||
				 text->bytes[text->size - 1] == ' '))
			continue;
		text->bytes[text->size++] = c;
	}
	if (text->size > 0 && text->bytes[text->size - 1] == ' ')
		text->size--;
}

void winnow_binding_add_field(struct winnow_binding *binding, const char *name,
			      size_t name_size, const unsigned char *value,
			      size_t value_size)
{
	unsigned int i;

	for (i = 0; i < WINNOW_BINDING_FIELD_COUNT; i++) {
		if (strlen(field_names[i]) == name_size &&
		    winnow_text_begins_same(name, field_names[i], name_size)) {
			if (!binding->fields[i].seen)
				text_keep(&binding->fields[i], value,
					  value_size);
			return;
		}
	}
}

void winnow_binding_add_received(struct winnow_binding *binding,
				 const unsigned char *value, size_t size)
{
	struct winnow_binding_id *id = &binding->ids[binding->id_count];
	const unsigned char *text;

	if (binding->id_count == WINNOW_BINDING_IDS_MAX ||
	    !winnow_received_id(value, size, &text, &id->size) ||
	    id->size > sizeof(id->bytes))
		return;
	memcpy(id->bytes, text, id->size);
	binding->id_count++;
}

int winnow_binding_has_id(const struct winnow_binding *binding,
			  const unsigned char *id, size_t size)
{
	unsigned int i;

	for (i = 0; i < binding->id_count; i++) {
		if (binding->ids[i].size == size &&
		    memcmp(binding->ids[i].bytes, id, size) == 0)
			return 1;
	}
	return 0;
}

static void name_of_digest(struct winnow_binding *binding,
			   const uint8_t *digest)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < WINNOW_SHA256_SIZE; i++) {
		binding->name[2 * i] = (unsigned char)digits[digest[i] >> 4];
		binding->name[2 * i + 1] =
			(unsigned char)digits[digest[i] & 15];
	}
	binding->name_size = 2 * WINNOW_SHA256_SIZE;
}

void winnow_binding_finish(struct winnow_binding *binding,
			   const struct winnow_crypto *crypto)
{
	unsigned char text[3 * (WINNOW_BINDING_TEXT_MAX + 1)];
	uint8_t digest[WINNOW_SHA256_SIZE];
	const struct winnow_binding_text *field =
		&binding->fields[WINNOW_BINDING_MESSAGE_ID];
	size_t i, size = 0;

	if (field->size > 0) {
		memcpy(binding->name, field->bytes, field->size);
		binding->name_size = field->size;
		return;
	}
	for (i = WINNOW_BINDING_FROM; i <= WINNOW_BINDING_SUBJECT; i++) {
		field = &binding->fields[i];
		if (i > WINNOW_BINDING_FROM)
			text[size++] = '|';
		memcpy(text + size, field->bytes, field->size);
		size += field->size;
	}
	if (crypto != NULL && crypto->digest(text, size, digest))
		name_of_digest(binding, digest);
}
