#include <string.h>

#include "winnow-address.h"
#include "winnow-value.h"

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

/* 0..max in at most three digits, without a leading zero. */
static int decimal_parse(const char *text, size_t size, unsigned int max,
			 unsigned int *number_r)
{
	unsigned int number = 0;
	size_t i;

	if (size == 0 || size > 3 || (text[0] == '0' && size > 1))
		return 0;
	for (i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		number = number * 10 + (unsigned int)(text[i] - '0');
	}
	*number_r = number;
	return number <= max;
}

static int v4_parse(const char *text, size_t size, uint8_t address_r[4])
{
	const char *dot;
	unsigned int byte;
	size_t part;
	int i;

	for (i = 0; i < 4; i++) {
		dot = memchr(text, '.', size);
		if ((dot == NULL) != (i == 3))
			return 0;
		part = dot == NULL ? size : (size_t)(dot - text);
		if (!decimal_parse(text, part, 255, &byte))
			return 0;
		address_r[i] = (uint8_t)byte;
		if (dot != NULL) {
			text += part + 1;
			size -= part + 1;
		}
	}
	return 1;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found =
		memchr(digits, winnow_lower((unsigned char)c), 16);

	return found == NULL ? -1 : (int)(found - digits);
}

/* Groups of 16 bits between colons; the last 32 may be written as IPv4.
   Returns how many bytes they are, or -1. */
static int groups_parse(const char *text, size_t size, uint8_t bytes_r[16])
{
	size_t part, i;
	const char *colon;
	int used = 0, group;

	while (size > 0) {
		colon = memchr(text, ':', size);
		if (colon == NULL && used <= 12 &&
		    v4_parse(text, size, bytes_r + used))
			return used + 4;
		part = colon == NULL ? size : (size_t)(colon - text);
		if (part == 0 || part > 4 || used == 16)
			return -1;
		for (i = 0, group = 0; i < part; i++) {
			if (hex_digit(text[i]) < 0)
				return -1;
			group = group * 16 + hex_digit(text[i]);
		}
		bytes_r[used++] = (uint8_t)(group >> 8);
		bytes_r[used++] = (uint8_t)(group & 0xff);
		if (colon == NULL)
			return used;
		text += part + 1;
		size -= part + 1;
		if (size == 0)
			return -1; /* ends with a colon */
	}
	return used;
}

/* RFC 4291 section 2.2; "::" stands for one or more groups of zeros. */
static int v6_parse(const char *text, size_t size, uint8_t address_r[16])
{
	uint8_t tail[16];
	int head_used, tail_used;
	size_t gap;

	for (gap = 0; gap + 1 < size; gap++) {
		if (text[gap] == ':' && text[gap + 1] == ':')
			break;
	}
	if (gap + 1 >= size)
		return groups_parse(text, size, address_r) == 16;
	memset(address_r, 0, 16);
	head_used = groups_parse(text, gap, address_r);
	tail_used = groups_parse(text + gap + 2, size - gap - 2, tail);
	if (head_used < 0 || tail_used < 0 || head_used + tail_used > 14 ||
	    memchr(text, '.', gap) != NULL)
		return 0;
	memcpy(address_r + 16 - tail_used, tail, (size_t)tail_used);
	return 1;
}

int winnow_address_parse(const char *text, size_t size, uint8_t address_r[16])
{
	static const char v6_tag[] = "ipv6:";
	const size_t tag_size = sizeof(v6_tag) - 1;

	if (size > tag_size && winnow_text_begins_same(text, v6_tag, tag_size)) {
		text += tag_size;
		size -= tag_size;
	}
	if (size > 0 && memchr(text, ':', size) != NULL)
		return v6_parse(text, size, address_r);
	memcpy(address_r, mapped_prefix, sizeof(mapped_prefix));
	return v4_parse(text, size, address_r + sizeof(mapped_prefix));
}

int winnow_net_parse(const char *text, size_t size, struct winnow_net *net_r)
{
	const char *slash = memchr(text, '/', size);
	size_t address_size = slash == NULL ? size : (size_t)(slash - text);
	int is_v4 = memchr(text, ':', address_size) == NULL;

	if (!winnow_address_parse(text, address_size, net_r->address))
		return 0;
	net_r->bits = is_v4 ? 32 : 128;
	if (slash != NULL && !decimal_parse(slash + 1, size - address_size - 1,
					 net_r->bits, &net_r->bits))
		return 0;
	if (is_v4)
		net_r->bits += 8 * sizeof(mapped_prefix);
	return 1;
}

int winnow_net_contains(const struct winnow_net *net,
			const uint8_t address[16])
{
	unsigned int bytes = net->bits / 8, rest = net->bits % 8;

	if (memcmp(net->address, address, bytes) != 0)
		return 0;
	return rest == 0 ||
	       ((net->address[bytes] ^ address[bytes]) >> (8 - rest)) == 0;
}

int winnow_address_is_loopback(const uint8_t address[16])
{
	static const uint8_t v6[16] = { [15] = 1 };

	return memcmp(address, v6, sizeof(v6)) == 0 ||
	       (memcmp(address, mapped_prefix, sizeof(mapped_prefix)) == 0 &&
		address[12] == 127);
}
