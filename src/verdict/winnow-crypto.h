#ifndef WINNOW_CRYPTO_H
#define WINNOW_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#define WINNOW_SHA256_SIZE 32

/* What a signature takes and this room has not: whoever wants WINNOW_TRUST_SIGNED
   hands it in. Both return 1, or 0 if they can't. */
struct winnow_crypto {
	/* Returns 1 if mac is the HMAC-SHA-256 (RFC 2104) of text. Takes as
	   long whatever mac is. */
	int (*mac_is)(const void *key, size_t key_size, const void *text,
		      size_t text_size, const uint8_t mac[WINNOW_SHA256_SIZE]);
	/* SHA-256 */
	int (*digest)(const void *data, size_t size,
		      uint8_t digest_r[WINNOW_SHA256_SIZE]);
};

/* How a module hands it out; NULL if it can't. Valid until the module is
   unloaded. */
typedef const struct winnow_crypto *winnow_crypto_get_t(void);

#endif
