#ifndef WINNOW_POLICY_PRIVATE_H
#define WINNOW_POLICY_PRIVATE_H

#include "winnow-policy.h"

/* So long a name is in an index, too: see WINNOW_RECORD_NAME_SIZE. */
#define WINNOW_SOURCE_NAME_MAX 31
#define WINNOW_FORM_NONE WINNOW_POLICY_FORMS_MAX

void winnow_error_set(struct winnow_error *error, const char *text);
/* Appends; what does not fit is left out, control bytes become '?'. */
void winnow_error_add(struct winnow_error *error, const char *text);

/* A header name (RFC 5322 section 2.2) that begins with a character of its
   own and has at most one '*'. */
int winnow_header_name_is_valid(const char *header);

/* The forms that read a header of this name, as indices in policy->forms, in
   the order of the listed sources; WINNOW_FORM_NONE at the end. */
unsigned int winnow_policy_first_form(const struct winnow_policy *policy,
				      const char *name, size_t size);
unsigned int winnow_policy_next_form(const struct winnow_policy *policy,
				     unsigned int idx, const char *name,
				     size_t size);

#endif
