#include <string.h>

#include "winnow-reading.h"
#include "winnow-value.h"

/* Longer numbers are not numbers of any filter. */
#define NUMBER_SIZE_MAX 40
#define NUMBER_WHOLE_MAX 10000
#define NUMBER_DECIMALS 6

unsigned char winnow_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

static int is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static int is_blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

static int is_space(unsigned char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

/* Letters, digits, 8-bit bytes, '-' and '_'. */
static int is_word(unsigned char c)
{
	c = winnow_lower(c);
	return (c >= 'a' && c <= 'z') || is_digit(c) || c >= 0x80 ||
	       c == '-' || c == '_';
}

/* The size of a line break that is followed by a blank, or 0. */
static size_t fold_size(const unsigned char *value, size_t size, size_t pos)
{
	size_t end = pos;

	if (value[end] == '\r')
		end++;
	if (end >= size || value[end] != '\n')
		return 0;
	end++;
	return end < size && is_blank(value[end]) ? end - pos : 0;
}

int winnow_value_clean(const unsigned char *value, size_t value_size,
		       unsigned char *clean_r, size_t max, size_t *size_r)
{
	size_t i, limit, fold, size = 0;
	int blank = 0;

	while (value_size > 0 && value_size <= max &&
	       is_space(value[value_size - 1]))
		value_size--;
	limit = value_size < max ? value_size : max;
	for (i = 0; i < limit; i++) {
		if (is_blank(value[i])) {
			blank = 1;
			continue;
		}
		if (value[i] < 0x20 || value[i] == 0x7f) {
			if ((value[i] != '\r' && value[i] != '\n') ||
			    (fold = fold_size(value, value_size, i)) == 0)
				return 0;
			i += fold - 1;
			continue;
		}
		if (blank && size > 0)
			clean_r[size++] = ' ';
		blank = 0;
		clean_r[size++] = value[i];
	}
	if (limit < value_size && !is_space(value[limit])) {
		while (!blank && size > 0 && clean_r[size - 1] != ' ' &&
		       clean_r[size - 1] != ';')
			size--;
		while (size > 0 && clean_r[size - 1] == ' ')
			size--;
	}
	*size_r = size;
	return 1;
}

/* Returns 1 if a number may end at pos. */
static int number_ends(const unsigned char *value, size_t size, size_t pos,
		       const char *stops)
{
	if (pos >= size || is_blank(value[pos]))
		return 1;
	if (value[pos] == ',')
		return pos + 1 >= size || !is_digit(value[pos + 1]);
	if (value[pos] == ';' || value[pos] == ')')
		return 1;
	return stops != NULL && value[pos] != '\0' &&
	       strchr(stops, value[pos]) != NULL;
}

int winnow_value_number(const unsigned char *value, size_t size,
			const char *stops, int64_t *micro_r, size_t *size_r)
{
	int64_t micro = 0, unit = WINNOW_MICRO;
	size_t pos = 0, digits = 0;
	int negative = 0, fraction = 0;

	if (size > 0 && (value[0] == '+' || value[0] == '-'))
		negative = value[pos++] == '-';
	for (; pos < size && pos <= NUMBER_SIZE_MAX; pos++) {
		if (value[pos] == '.' && !fraction) {
			fraction = 1;
			continue;
		}
		if (!is_digit(value[pos]))
			break;
		digits++;
		if (fraction) {
			unit /= 10;
			micro += (value[pos] - '0') * unit;
		} else if (micro <= (int64_t)NUMBER_WHOLE_MAX * WINNOW_MICRO) {
			micro = micro * 10 +
				(int64_t)(value[pos] - '0') * WINNOW_MICRO;
		}
	}
	if (digits == 0 || pos > NUMBER_SIZE_MAX ||
	    !number_ends(value, size, pos, stops))
		return 0;
	if (micro > (int64_t)NUMBER_WHOLE_MAX * WINNOW_MICRO)
		micro = (int64_t)NUMBER_WHOLE_MAX * WINNOW_MICRO;
	*micro_r = negative ? -micro : micro;
	*size_r = pos;
	return 1;
}

int winnow_value_begins(const unsigned char *value, size_t size,
			const char *text, size_t text_size)
{
	size_t i;

	if (size < text_size)
		return 0;
	for (i = 0; i < text_size; i++) {
		if (winnow_lower(value[i]) !=
		    winnow_lower((unsigned char)text[i]))
			return 0;
	}
	return 1;
}

int winnow_value_equals(const unsigned char *value, size_t size,
			const char *text)
{
	size_t text_size = strlen(text);

	return size == text_size &&
	       winnow_value_begins(value, size, text, text_size);
}

int winnow_value_word_ends(const unsigned char *value, size_t size, size_t pos)
{
	return pos >= size || !is_word(value[pos]);
}

/* Returns 1 if a word may begin after this byte. */
static int word_begins_after(unsigned char c)
{
	return c == ' ' || c == ',' || c == ';' || c == '(' || c == '[';
}

int winnow_value_find(const unsigned char *value, size_t size,
		      const char *text, size_t text_size, size_t *after_r)
{
	unsigned char first = text_size == 0 ? '\0' :
			      winnow_lower((unsigned char)text[0]);
	int anywhere = !is_word(first);
	size_t pos;

	for (pos = 0; pos < size && size - pos >= text_size; pos++) {
		if (winnow_lower(value[pos]) != first ||
		    (pos > 0 && !anywhere && !word_begins_after(value[pos - 1])))
			continue;
		if (winnow_value_begins(value + pos, size - pos, text,
					text_size)) {
			*after_r = pos + text_size;
			return 1;
		}
	}
	return 0;
}

size_t winnow_value_count(const unsigned char *value, size_t size,
			  unsigned char byte)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (value[i] != byte)
			return 0;
	}
	return size;
}

/* Plain loops: items are short, and lists are walked for every header. */
int winnow_list_next(const char **list, const char **item_r, size_t *size_r)
{
	const char *item = *list, *end;

	while (*item == ',' || is_space((unsigned char)*item))
		item++;
	for (end = item; *end != '\0' && *end != ','; end++)
		;
	*list = end;
	while (end > item && is_space((unsigned char)end[-1]))
		end--;
	*item_r = item;
	*size_r = (size_t)(end - item);
	return end > item;
}

int winnow_words_next(const char **list, const char **item_r, size_t *size_r)
{
	const char *item = *list;

	item += strspn(item, ", \t\r\n");
	*item_r = item;
	*size_r = strcspn(item, ", \t\r\n");
	*list = item + *size_r;
	return *size_r > 0;
}

int winnow_text_begins_same(const char *a, const char *b, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (winnow_lower((unsigned char)a[i]) !=
		    winnow_lower((unsigned char)b[i]))
			return 0;
	}
	return 1;
}

int winnow_text_same(const char *a, const char *b)
{
	size_t size = strlen(a);

	return strlen(b) == size && winnow_text_begins_same(a, b, size);
}
