#include "lib.h"
#include "imap-winnow-esearch-bytes.h"

struct window {
	const unsigned char *p, *end;
};

/* Bytes that say something of their own, and those with which begins what may
   hide text: "=?", "-Encoding", "charset". */
static const bool special_bytes[256] = {
	[0x00 ... 0x08] = TRUE, [0x0b ... 0x0c] = TRUE, [0x0e ... 0x1f] = TRUE,
	['='] = TRUE, ['-'] = TRUE, ['C'] = TRUE, ['c'] = TRUE,
	[0x7f ... 0xff] = TRUE
};

static unsigned char ascii_upper(unsigned char c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static bool ascii_is_alnum(unsigned char c)
{
	c = ascii_upper(c);
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool imap_winnow_bytes_word(const char *text,
			    char word_r[IMAP_WINNOW_BYTES_WORD_MAX + 1])
{
	const char *p, *start = text, *longest = text;
	size_t i, len = 0;

	word_r[0] = '\0';
	for (p = text; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			return FALSE;
		if (!ascii_is_alnum(*p)) {
			start = p + 1;
		} else if ((size_t)(p + 1 - start) > len) {
			longest = start;
			len = p + 1 - start;
		}
	}
	len = I_MIN(len, IMAP_WINNOW_BYTES_WORD_MAX);
	for (i = 0; i < len; i++)
		word_r[i] = ascii_upper(longest[i]);
	word_r[len] = '\0';
	return TRUE;
}

/* Skips a word, given in capitals, in any case. */
static bool window_skip_word(struct window *w, const char *word)
{
	const unsigned char *p = w->p;

	for (; *word != '\0'; word++, p++) {
		if (p == w->end || ascii_upper(*p) != *word)
			return FALSE;
	}
	w->p = p;
	return TRUE;
}

static void window_skip_white(struct window *w)
{
	while (w->p < w->end && (*w->p == ' ' || *w->p == '\t' ||
				 *w->p == '\r' || *w->p == '\n'))
		w->p++;
}

static void window_skip_digits(struct window *w)
{
	while (w->p < w->end && *w->p >= '0' && *w->p <= '9')
		w->p++;
}

/* Whether the value is over; a '>' ends it in HTML, where it says nothing. */
static bool window_value_ends(const struct window *w)
{
	return w->p < w->end && memchr(" \t\r\n;\">", *w->p, 8) != NULL;
}

/* "charset", wherever it stands: of a charset in which ASCII is ASCII? */
static bool charset_is_plain(struct window w)
{
	static const char *const names[] = {
		"US-ASCII", "UTF-8", "ISO-8859-", "WINDOWS-125"
	};

	window_skip_white(&w);
	if (!window_skip_word(&w, "="))
		return FALSE;
	window_skip_white(&w);
	(void)window_skip_word(&w, "\"");
	for (unsigned int i = 0; i < N_ELEMENTS(names); i++) {
		if (window_skip_word(&w, names[i])) {
			window_skip_digits(&w);
			return window_value_ends(&w);
		}
	}
	return FALSE;
}

/* "-Encoding", wherever it stands: none at all? */
static bool encoding_is_plain(struct window w)
{
	window_skip_white(&w);
	if (!window_skip_word(&w, ":"))
		return FALSE;
	window_skip_white(&w);
	return (window_skip_word(&w, "7BIT") || window_skip_word(&w, "8BIT") ||
		window_skip_word(&w, "BINARY")) && window_value_ends(&w);
}

/* Whether no text can be hidden by what begins here: an encoded word (RFC
   2047), a charset, an encoding, or bytes that are no text of ASCII. */
static bool window_is_plain(struct window w)
{
	switch (*w.p) {
	case '=':
		return !window_skip_word(&w, "=?");
	case '-':
		return !window_skip_word(&w, "-ENCODING") ||
			encoding_is_plain(w);
	case 'c':
	case 'C':
		return !window_skip_word(&w, "CHARSET") || charset_is_plain(w);
	default:
		return !special_bytes[*w.p];
	}
}

/* Whether all is as it seems here, and the word does not begin here. */
static bool window_lacks(struct window w, const char *word)
{
	struct window at = w;

	return !window_skip_word(&at, word) && window_is_plain(w);
}

bool imap_winnow_bytes_lack(const char *word, const unsigned char *data,
			    size_t size, bool final, size_t *seen_r)
{
	const unsigned char first = word[0];
	const unsigned char *end = data + size, *last = end, *p;
	bool stops[256];

	memcpy(stops, special_bytes, sizeof(stops));
	stops[first] = TRUE;
	if (first >= 'A' && first <= 'Z')
		stops[first - 'A' + 'a'] = TRUE;
	if (!final)
		last -= I_MIN(size, IMAP_WINNOW_BYTES_WINDOW);
	for (p = data; p < last; p++) {
		if (stops[*p] &&
		    !window_lacks((struct window){ p, end }, word))
			return FALSE;
	}
	*seen_r = last - data;
	return TRUE;
}
