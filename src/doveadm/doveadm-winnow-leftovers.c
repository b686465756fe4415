#include "lib.h"
#include "istream.h"
#include "mail-storage-private.h"
#include "winnow-index.h"
#include "winnow-key.h"
#include "doveadm-winnow-leftovers.h"

#define VIRTUAL_RULES_FILE "dovecot-virtual"
#define VIRTUAL_RULES_LINE_MAX (64 * 1024)

bool doveadm_winnow_leftover_records(struct mailbox *box)
{
	/* also of users for whom winnow is off by now */
	uint32_t ext_id = winnow_index_register(box->index);
	struct winnow_record_header header;

	return winnow_index_get_header(box->view, ext_id, &header) > 0;
}

static bool rules_name_key(struct istream *input)
{
	const char *line;

	while ((line = i_stream_read_next_line(input)) != NULL) {
		if (line[0] != '#' &&
		    strstr(t_str_ucase(line), WINNOW_KEY_NAME) != NULL)
			return TRUE;
	}
	return FALSE;
}

int doveadm_winnow_leftover_rules(struct mailbox *box, const char **error_r)
{
	struct istream *input;
	const char *dir;
	bool found;
	int ret = 0;

	if (box->virtual_vfuncs == NULL)
		return 0;
	if (mailbox_get_path_to(box, MAILBOX_LIST_PATH_TYPE_MAILBOX,
				&dir) <= 0) {
		*error_r = mailbox_get_last_internal_error(box, NULL);
		return -1;
	}
	input = i_stream_create_file(t_strconcat(dir, "/"VIRTUAL_RULES_FILE,
						 NULL), VIRTUAL_RULES_LINE_MAX);
	found = rules_name_key(input);
	if (input->stream_errno != 0) {
		*error_r = t_strdup(i_stream_get_error(input));
		ret = -1;
	}
	i_stream_unref(&input);
	return ret < 0 ? -1 : (found ? 1 : 0);
}
