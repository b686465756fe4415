#include "lib.h"
#include "module-dir.h"
#include "winnow-compat.h"
#include "winnow-crypto.h"
#include "winnow-crypto-module.h"

#define CRYPTO_MODULE "winnow_openssl"
#define CRYPTO_GET "winnow_openssl_get"

static const char *module_dir;
static struct module *crypto_module;

void winnow_crypto_module_init(struct module *plugin)
{
	const char *name = strrchr(plugin->path, '/');

	module_dir = name == NULL ? "." :
		t_strdup_until(plugin->path, name);
	module_dir = i_strdup(module_dir);
}

void winnow_crypto_module_deinit(void)
{
	char *dir = (char *)module_dir;

	module_dir_unload(&crypto_module);
	i_free(dir);
	module_dir = NULL;
}

static int crypto_module_load(const char **error_r)
{
	const struct module_dir_load_settings set = {
		.abi_version = DOVECOT_ABI_VERSION,
		.require_init_funcs = TRUE,
	};

	if (crypto_module != NULL)
		return 0;
	if (module_dir_try_load_missing(&crypto_module, module_dir,
					WINNOW_MODULE_NAME(CRYPTO_MODULE), &set,
					error_r) < 0)
		return -1;
	module_dir_init(crypto_module);
	return 0;
}

const struct winnow_crypto *winnow_crypto_module_get(const char **error_r)
{
	const struct winnow_crypto *crypto;
	winnow_crypto_get_t *get;
	const char *error;

	if (crypto_module_load(&error) < 0) {
		*error_r = t_strdup_printf(
			"winnow_trust: 'signed' needs the module lib"
			CRYPTO_MODULE".so: %s", error);
		return NULL;
	}
	get = (winnow_crypto_get_t *)module_get_symbol(crypto_module,
						       CRYPTO_GET);
	crypto = get == NULL ? NULL : get();
	if (crypto == NULL)
		*error_r = "winnow_trust: 'signed' needs HMAC-SHA-256, which "
			"this OpenSSL does not have";
	return crypto;
}
