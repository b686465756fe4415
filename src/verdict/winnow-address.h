#ifndef WINNOW_ADDRESS_H
#define WINNOW_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

/* IP addresses as 16 bytes in network order; IPv4 as ::ffff:a.b.c.d. */

struct winnow_net {
	uint8_t address[16];
	unsigned int bits; /* 0..128: so many leading bits count */
};

/* Both read the whole text, which needs no NUL, and return 1, or 0 if it is
   none. "IPv6:" may stand before an address; a network is an address with an
   optional "/bits". */
int winnow_address_parse(const char *text, size_t size, uint8_t address_r[16]);
int winnow_net_parse(const char *text, size_t size, struct winnow_net *net_r);

int winnow_net_contains(const struct winnow_net *net,
			const uint8_t address[16]);
/* 127.0.0.0/8 and ::1 */
int winnow_address_is_loopback(const uint8_t address[16]);

#endif
