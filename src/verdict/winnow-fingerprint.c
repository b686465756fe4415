#include "winnow-crypto.h"
#include "winnow-policy.h"

/* Raise it whenever a parser reads a header differently than before, so that
   verdicts that were stored are computed anew. */
#define PARSER_VERSION 4

#define FNV_OFFSET 0xcbf29ce484222325ULL
#define FNV_PRIME 0x100000001b3ULL

static uint64_t hash_byte(uint64_t hash, unsigned char byte)
{
	return (hash ^ byte) * FNV_PRIME;
}

/* Least significant byte first on every machine. */
static uint64_t hash_number(uint64_t hash, uint64_t number)
{
	unsigned int i;

	for (i = 0; i < 8; i++, number >>= 8)
		hash = hash_byte(hash, number & 0xff);
	return hash;
}

/* The NUL is hashed too, so that texts cannot run into each other. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
	if (text == NULL)
		return hash_byte(hash, 1);
	for (; *text != '\0'; text++)
		hash = hash_byte(hash, (unsigned char)*text);
	return hash_byte(hash, 0);
}

static uint64_t hash_spot(uint64_t hash, const struct winnow_spot *spot)
{
	return hash_text(hash_number(hash, spot->place), spot->keys);
}

static uint64_t hash_form(uint64_t hash, const struct winnow_form *form)
{
	hash = hash_text(hash, form->header);
	hash = hash_spot(hash, &form->word);
	hash = hash_spot(hash, &form->score);
	hash = hash_spot(hash, &form->limit);
	hash = hash_text(hash, form->spam);
	hash = hash_text(hash, form->suspect);
	return hash_text(hash, form->ham);
}

static uint64_t hash_source(uint64_t hash, const struct winnow_policy *policy,
			    const struct winnow_source *source)
{
	unsigned int i;

	hash = hash_byte(hash, source->id);
	hash = hash_number(hash, (uint64_t)policy->thresholds[source->id]);
	if (source->id < WINNOW_SOURCE_ADMIN_FIRST)
		return hash;
	hash = hash_text(hash, source->name);
	hash = hash_number(hash, source->scale);
	hash = hash_number(hash, (uint64_t)source->threshold);
	hash = hash_number(hash, (uint64_t)source->maximum);
	for (i = 0; i < source->form_count; i++)
		hash = hash_form(hash, &source->forms[i]);
	return hash;
}

static uint64_t hash_zone(uint64_t hash, const struct winnow_policy *policy)
{
	unsigned int i, j;

	hash = hash_text(hash, policy->trusted_hosts);
	for (i = 0; i < policy->trusted_net_count; i++) {
		for (j = 0; j < sizeof(policy->trusted_nets[i].address); j++)
			hash = hash_byte(hash,
					 policy->trusted_nets[i].address[j]);
		hash = hash_number(hash, policy->trusted_nets[i].bits);
	}
	return hash;
}

/* Users can read the hash in their index files: of a secret only its digest
   goes into it. */
static uint64_t hash_key(uint64_t hash, const struct winnow_policy *policy,
			 const struct winnow_sign_key *key)
{
	uint8_t digest[WINNOW_SHA256_SIZE] = { 0 };
	size_t i;

	for (i = 0; i < key->id_size; i++)
		hash = hash_byte(hash, (unsigned char)key->id[i]);
	hash = hash_number(hash, (uint64_t)key->until);
	if (policy->crypto != NULL)
		(void)policy->crypto->digest(key->secret, key->secret_size,
					     digest);
	for (i = 0; i < sizeof(digest); i++)
		hash = hash_byte(hash, digest[i]);
	return hash;
}

static uint64_t hash_signed(uint64_t hash, const struct winnow_policy *policy)
{
	unsigned int i;

	hash = hash_text(hash, policy->sign_header);
	for (i = 0; i < policy->sign_key_count; i++)
		hash = hash_key(hash, policy, &policy->sign_keys[i]);
	return hash_zone(hash, policy);
}

uint64_t winnow_policy_fingerprint(const struct winnow_policy *policy)
{
	uint64_t hash = hash_number(FNV_OFFSET, PARSER_VERSION);
	unsigned int i;

	hash = hash_number(hash, policy->trust);
	hash = hash_number(hash, policy->source_count);
	for (i = 0; i < policy->source_count; i++)
		hash = hash_source(hash, policy, policy->sources[i]);
	if (policy->trust == WINNOW_TRUST_ZONE)
		hash = hash_zone(hash, policy);
	else if (policy->trust == WINNOW_TRUST_SIGNED)
		hash = hash_signed(hash, policy);
	return hash;
}
