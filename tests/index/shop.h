/* SPDX-License-Identifier: ISC */
#ifndef SHOP_H
#define SHOP_H
/*
 * A store in a folder of its own, for one test, and a session that reads it.
 * Every step that the test is not about must succeed.
 */
#include "ecsearch/buf.h"
#include "ecsearch/index.h"

#include "shipped.h"

enum { MEMBERS, GROUPS, AGENDA }; /* as the shipped schema has them */

struct shop {
	char folder[64];
	char data[96];
	struct ecs_store *store;
	struct ecs_session *session;
};

int shop_setup(void **state);
int shop_teardown(void **state);
#define CLAIM(function) \
	cmocka_unit_test_setup_teardown(function, shop_setup, shop_teardown)

void shop_open(struct shop *shop);
void shop_close(struct shop *shop);
void shop_reopen(struct shop *shop);

/* Add a document, made of JSON, to a batch. */
struct ecs_write *add(struct shop *shop, struct ecs_batch *batch,
    int collection, const char *json);
/* Write a member of this id and name, visible; the sequence it has. */
uint64_t put(struct shop *shop, const char *id, const char *name);
void put_json(struct shop *shop, int collection, const char *json);
/* Delete a member; was it there? */
bool drop(struct shop *shop, const char *id);

/* Take the newest view. */
void begin(struct ecs_session *session);

/*
 * The ids of the documents whose title has the word, by docid, parted by
 * spaces, each as often as it is found: index, columns and records together
 * must agree on it.  In the session's view (*moved: not to be had any more), or
 * in the newest.  Good until the next call.
 */
const char *find_in_view(
    struct ecs_session *session, int collection, const char *word, bool *moved);
const char *find(struct shop *shop, int collection, const char *word);
uint32_t count(struct shop *shop, int collection);
/* Records and index agree, and their files are sound. */
void is_well(struct shop *shop);
/* Arm fault probes for what comes ("index.commit=1"). */
void arm(const char *faults);
#endif
