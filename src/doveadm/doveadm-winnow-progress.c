#include "lib.h"
#include "time-util.h"
#include "doveadm-winnow-progress.h"

#include <stdio.h>
#include <unistd.h>

#define PROGRESS_BAR_WIDTH 40
#define PROGRESS_INTERVAL_MSECS 100

struct doveadm_winnow_progress {
	char *title;
	uint32_t total;
	struct timeval last_drawn;
};

struct doveadm_winnow_progress *
doveadm_winnow_progress_init(const char *title, uint32_t total)
{
	struct doveadm_winnow_progress *progress;

	if (isatty(STDERR_FILENO) == 0 || total == 0)
		return NULL;
	progress = i_new(struct doveadm_winnow_progress, 1);
	progress->title = i_strdup(title);
	progress->total = total;
	return progress;
}

static void progress_draw(struct doveadm_winnow_progress *progress,
			  uint32_t done)
{
	char bar[PROGRESS_BAR_WIDTH + 1];
	unsigned int filled =
		(uint64_t)done * PROGRESS_BAR_WIDTH / progress->total;

	memset(bar, ' ', PROGRESS_BAR_WIDTH);
	memset(bar, '#', filled);
	bar[PROGRESS_BAR_WIDTH] = '\0';
	fprintf(stderr, "\r%s [%s] %3u%% %u/%u\033[K", progress->title, bar,
		(unsigned int)((uint64_t)done * 100 / progress->total),
		done, progress->total);
	fflush(stderr);
}

void doveadm_winnow_progress_set(struct doveadm_winnow_progress *progress,
				 uint32_t done)
{
	struct timeval now;

	if (progress == NULL)
		return;
	i_gettimeofday(&now);
	if (timeval_diff_msecs(&now, &progress->last_drawn) <
	    PROGRESS_INTERVAL_MSECS)
		return;
	progress->last_drawn = now;
	progress_draw(progress, done);
}

void doveadm_winnow_progress_deinit(struct doveadm_winnow_progress **_progress)
{
	struct doveadm_winnow_progress *progress = *_progress;

	if (progress == NULL)
		return;
	*_progress = NULL;
	fprintf(stderr, "\r\033[K");
	fflush(stderr);
	i_free(progress->title);
	i_free(progress);
}
