#ifndef WINNOW_OPENSSL_H
#define WINNOW_OPENSSL_H

#include "winnow-crypto.h"

struct module;

/* What Dovecot calls when the module was loaded, and before it is unloaded. */
void winnow_openssl_init(struct module *module);
void winnow_openssl_deinit(void);

winnow_crypto_get_t winnow_openssl_get;

#endif
