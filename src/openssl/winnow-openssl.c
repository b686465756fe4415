#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "winnow-openssl.h"

/* A context of its own, as fetching the algorithms takes longer than a MAC. */
static EVP_MAC *hmac;
static EVP_MAC_CTX *hmac_ctx;

static int hmac_sha256(const void *key, size_t key_size, const void *text,
		       size_t text_size, uint8_t mac_r[WINNOW_SHA256_SIZE])
{
	size_t size = 0;

	return EVP_MAC_init(hmac_ctx, key, key_size, NULL) == 1 &&
	       EVP_MAC_update(hmac_ctx, text, text_size) == 1 &&
	       EVP_MAC_final(hmac_ctx, mac_r, &size, WINNOW_SHA256_SIZE) == 1 &&
	       size == WINNOW_SHA256_SIZE;
}

static int mac_is(const void *key, size_t key_size, const void *text,
		  size_t text_size, const uint8_t mac[WINNOW_SHA256_SIZE])
{
	uint8_t right[WINNOW_SHA256_SIZE];

	return hmac_sha256(key, key_size, text, text_size, right) &&
	       CRYPTO_memcmp(right, mac, sizeof(right)) == 0;
}

static int digest(const void *data, size_t size,
		  uint8_t digest_r[WINNOW_SHA256_SIZE])
{
	return EVP_Digest(data, size, digest_r, NULL, EVP_sha256(), NULL) == 1;
}

const struct winnow_crypto *winnow_openssl_get(void)
{
	static const struct winnow_crypto crypto = { mac_is, digest };

	return hmac_ctx == NULL ? NULL : &crypto;
}

void winnow_openssl_init(struct module *module)
{
	static char sha256[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha256,
						 0),
		OSSL_PARAM_construct_end(),
	};

	(void)module;
	hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (hmac != NULL)
		hmac_ctx = EVP_MAC_CTX_new(hmac);
	if (hmac_ctx != NULL && EVP_MAC_CTX_set_params(hmac_ctx, params) != 1) {
		EVP_MAC_CTX_free(hmac_ctx);
		hmac_ctx = NULL;
	}
}

void winnow_openssl_deinit(void)
{
	EVP_MAC_CTX_free(hmac_ctx);
	EVP_MAC_free(hmac);
	hmac_ctx = NULL;
	hmac = NULL;
}
