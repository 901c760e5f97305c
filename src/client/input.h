/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_INPUT_H
#define ECS_CLIENT_INPUT_H
/*
 * A file or standard input as a stream of valid UTF-8 without a byte order
 * mark, whatever it was packed with (gzip, xz, zstd) and encoded in.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_err;
struct ecs_input;

/*
 * Open path; "-" is standard input.  encoding names what the bytes are in, any
 * name ICU knows; NULL means UTF-8 or UTF-16, and for bytes that are neither
 * the likeliest 8-bit encoding, which ecs_input_note then tells.
 */
struct ecs_input *
ecs_input_open(const char *path, const char *encoding, struct ecs_err *err);
void ecs_input_close(struct ecs_input *input); /* NULL is allowed */

/* The first bytes, for guessing what they are; reading gives them again. */
const char *ecs_input_peek(const struct ecs_input *input, size_t *len);
/* A sentence about a guessed encoding, or "" where nothing was guessed. */
const char *ecs_input_note(const struct ecs_input *input);
/*
 * The next bytes, valid until the next call; *len is 0 at the end.  A byte
 * that the encoding does not know is an error that names its line.
 */
bool ecs_input_read(struct ecs_input *input, const char **data, size_t *len,
    struct ecs_err *err);
/* Bytes of the file used so far, packed as they are there. */
int64_t ecs_input_used(const struct ecs_input *input);
#endif
