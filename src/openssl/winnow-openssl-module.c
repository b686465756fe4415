#include "lib.h"

/* Dovecot refuses a module that was built for another version of it. */
extern const char *winnow_openssl_version;
const char *winnow_openssl_version = DOVECOT_ABI_VERSION;
