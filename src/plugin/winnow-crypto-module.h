#ifndef WINNOW_CRYPTO_MODULE_H
#define WINNOW_CRYPTO_MODULE_H

struct module;
struct winnow_crypto;

/* OpenSSL costs every process that maps it some 400 kB: it is in a module of
   its own, which is loaded for the first user who needs it and stays. */

/* plugin: its neighbours in the directory are where the module must be. */
void winnow_crypto_module_init(struct module *plugin);
void winnow_crypto_module_deinit(void);

/* Returns what signatures are checked with, or NULL and why there is none. */
const struct winnow_crypto *winnow_crypto_module_get(const char **error_r);

#endif
