#ifndef WINNOW_VALUE_H
#define WINNOW_VALUE_H

#include <stddef.h>
#include <stdint.h>

/* Bounded reading of header values. Nothing here needs a NUL, knows a locale
   or looks past the end it was given. Letters are ASCII letters. */

/* Write value to clean_r: unfolded, runs of blanks made one, trimmed. Only the
   first max bytes are looked at; what this cuts is left out from the last blank
   or semicolon on. Returns 1 and the size, or 0 if a control byte makes the
   value unusable. clean_r has room for max bytes. */
int winnow_value_clean(const unsigned char *value, size_t value_size,
		       unsigned char *clean_r, size_t max, size_t *size_r);

/* Read a decimal number at the start: sign, digits, fraction; no exponent. It
   must be followed by the end, a blank, or one of ",;)" or stops (may be
   NULL), and not by a comma and a digit. Returns 1 with its value in
   millionths, clamped to +-10,000 and cut after six decimals, and its size;
   0 if no such number is there. */
int winnow_value_number(const unsigned char *value, size_t size,
			const char *stops, int64_t *micro_r, size_t *size_r);

/* Both compare without regard to case. */
int winnow_value_begins(const unsigned char *value, size_t size,
			const char *text, size_t text_size);
int winnow_value_equals(const unsigned char *value, size_t size,
			const char *text);
/* Returns 1 if a word may end before this position: the end, a blank, or
   punctuation other than '-' and '_'. */
int winnow_value_word_ends(const unsigned char *value, size_t size, size_t pos);
/* Find text, in any case, where it begins a word: at the start or after a blank
   or one of ",;([". A text that begins with punctuation is found anywhere.
   Returns 1 with the position after it. */
int winnow_value_find(const unsigned char *value, size_t size,
		      const char *text, size_t text_size, size_t *after_r);
/* Returns how often byte is repeated, if the value is nothing else and not
   empty; otherwise 0. */
size_t winnow_value_count(const unsigned char *value, size_t size,
			  unsigned char byte);

/* Iterate over a list separated by commas, blanks around items left out. Set
   *list to the text at first. Returns 1 with an item that is not empty, 0 at
   the end. */
int winnow_list_next(const char **list, const char **item_r, size_t *size_r);

/* The same for items that are separated by commas or blanks. */
int winnow_words_next(const char **list, const char **item_r, size_t *size_r);

/* Both compare without regard to case; the first looks at size bytes of each,
   whatever they are. */
int winnow_text_begins_same(const char *a, const char *b, size_t size);
int winnow_text_same(const char *a, const char *b);

unsigned char winnow_lower(unsigned char c);

#endif
