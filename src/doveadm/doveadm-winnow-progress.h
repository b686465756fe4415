#ifndef DOVEADM_WINNOW_PROGRESS_H
#define DOVEADM_WINNOW_PROGRESS_H

struct doveadm_winnow_progress;

/* A bar on standard error, if that is a terminal; otherwise nothing. */
struct doveadm_winnow_progress *
doveadm_winnow_progress_init(const char *title, uint32_t total);
/* Draws at most ten times a second. */
void doveadm_winnow_progress_set(struct doveadm_winnow_progress *progress,
				 uint32_t done);
/* Wipes the bar away. */
void doveadm_winnow_progress_deinit(struct doveadm_winnow_progress **progress);

#endif
