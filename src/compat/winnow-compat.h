#ifndef WINNOW_COMPAT_H
#define WINNOW_COMPAT_H

/* The only place where Dovecot versions differ, beside the settings room's
   one file per series. HAVE_* come from m4/dovecot-prototypes.m4. */

#include "winnow-config.h"

#endif
