#include <arpa/inet.h>
#include <string.h>

#include "winnow-address.h"
#include "winnow-value.h"

#define TEXT_MAX 46 /* INET6_ADDRSTRLEN */

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

int winnow_address_parse(const char *text, size_t size, uint8_t address_r[16])
{
	static const char v6_tag[] = "ipv6:";
	const size_t tag_size = sizeof(v6_tag) - 1;
	char copy[TEXT_MAX];

	if (size > tag_size && winnow_text_begins_same(text, v6_tag, tag_size)) {
		text += tag_size;
		size -= tag_size;
	}
	if (size == 0 || size >= sizeof(copy) || memchr(text, '\0', size))
		return 0;
	memcpy(copy, text, size);
	copy[size] = '\0';
	if (inet_pton(AF_INET6, copy, address_r) == 1)
		return 1;
	if (inet_pton(AF_INET, copy, address_r + sizeof(mapped_prefix)) != 1)
		return 0;
	memcpy(address_r, mapped_prefix, sizeof(mapped_prefix));
	return 1;
}

/* 0..max, without a sign. */
static int bits_parse(const char *text, size_t size, unsigned int max,
		      unsigned int *bits_r)
{
	unsigned int bits = 0;
	size_t i;

	if (size == 0 || size > 3)
		return 0;
	for (i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		bits = bits * 10 + (unsigned int)(text[i] - '0');
	}
	*bits_r = bits;
	return bits <= max;
}

int winnow_net_parse(const char *text, size_t size, struct winnow_net *net_r)
{
	const char *slash = memchr(text, '/', size);
	size_t address_size = slash == NULL ? size : (size_t)(slash - text);
	int is_v4 = memchr(text, ':', address_size) == NULL;

	if (!winnow_address_parse(text, address_size, net_r->address))
		return 0;
	net_r->bits = is_v4 ? 32 : 128;
	if (slash != NULL && !bits_parse(slash + 1, size - address_size - 1,
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
