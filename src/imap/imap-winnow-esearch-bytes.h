#ifndef IMAP_WINNOW_ESEARCH_BYTES_H
#define IMAP_WINNOW_ESEARCH_BYTES_H

/* What the bytes of a stored message say about words in its text, without
   decoding them. TEXT and BODY are matched against what a message says, so all
   of it has to be decoded, which costs far more than reading it. But in a
   message that is ASCII and has nothing encoded, a word that doesn't stand in
   the bytes can't stand in the text. */

/* Longer words are cut off: of a longer one, a part is looked for. */
#define IMAP_WINNOW_BYTES_WORD_MAX 64
/* What begins at a byte is judged by so many, if the message has them. */
#define IMAP_WINNOW_BYTES_WINDOW 256

/* The longest run of letters and digits in a key's text, in capitals; empty if
   it has none. Between such runs a message may have other bytes than its text,
   as where a header is folded. Returns FALSE, and an empty word, if the text is
   not all ASCII: what is not may be matched by what is. */
bool imap_winnow_bytes_word(const char *text,
			    char word_r[IMAP_WINNOW_BYTES_WORD_MAX + 1]);

/* Reads on in a message; final says that it ends with these bytes. Returns
   FALSE if it may have the word, so that its text has to be searched.
   Otherwise the first *seen_r bytes need not be given again; without final
   that is at least one if there are more than IMAP_WINNOW_BYTES_WINDOW. */
bool imap_winnow_bytes_lack(const char *word, const unsigned char *data,
			    size_t size, bool final, size_t *seen_r);

#endif
