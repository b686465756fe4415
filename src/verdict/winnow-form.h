#ifndef WINNOW_FORM_H
#define WINNOW_FORM_H

#include "winnow-source.h"

/* Read a value as winnow_value_clean() left it. A value that says nothing
   leaves *reading_r cleared. */
void winnow_form_read(const struct winnow_form *form,
		      const unsigned char *value, size_t size,
		      struct winnow_reading *reading_r);

#endif
