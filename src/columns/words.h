/* SPDX-License-Identifier: ISC */
#ifndef COLUMNS_WORDS_H
#define COLUMNS_WORDS_H
/*
 * words - what is done to 64 bits at a time: count them, hash bytes with them.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Without -mpopcnt the builtin is a call into libgcc; this stays inline. */
static inline uint32_t
word_count(uint64_t word)
{
	word -= word >> 1 & UINT64_C(0x5555555555555555);
	word = (word & UINT64_C(0x3333333333333333)) +
	    (word >> 2 & UINT64_C(0x3333333333333333));
	word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
}

static inline uint64_t
word_mix(uint64_t word)
{
	word ^= word >> 32;
	word *= UINT64_C(0xd6e8feb86659fd93);
	word ^= word >> 32;
	word *= UINT64_C(0xd6e8feb86659fd93);
	return word ^ word >> 32;
}

/* Eight bytes a step; only for tables in memory, never stored. */
static inline uint64_t
bytes_hash(const char *bytes, size_t len)
{
	uint64_t hash = word_mix(len + UINT64_C(0x9e3779b97f4a7c15));
	uint64_t word;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = word_mix(hash ^ word);
		bytes += sizeof(word);
	}
	if (len > 0) {
		word = 0;
		memcpy(&word, bytes, len);
		hash = word_mix(hash ^ word);
	}
	return hash;
}
#endif
