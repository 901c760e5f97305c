/* SPDX-License-Identifier: ISC */
/*
 * feed_fuzz - any bytes as a bulk body, a stored slot or a passage.
 *
 * The first byte chooses; the collection is the shipped agenda, whose documents
 * have sections.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"
#include "ecsearch/index.h"
#include "ecsearch/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
drop_item(void *user, const struct ecs_feed_item *item)
{
	(void)user;
	if ((item->err == NULL) ==
	    (item->doc == NULL && item->delete_id == NULL))
		abort();
	ecs_doc_free(item->doc);
	return true;
}

static void
as_body(const struct ecs_collection *agenda, enum ecs_feed_format format,
    const char *body, size_t len)
{
	struct ecs_err err = {0};

	if (ecs_feed(agenda, format, body, len, drop_item, NULL, &err) !=
	    (err.status == 0))
		abort();
}

static void
as_slot(const char *bytes, size_t len)
{
	struct ecs_column_value value;
	struct ecs_slot slot;
	uint32_t lengths[5];

	if (!ecs_slot_read(&slot, bytes, len) ||
	    !ecs_slot_lengths(&slot, lengths, 5))
		return;
	while (ecs_slot_value(&slot, &value))
		if (slot.rest > slot.end)
			abort();
}

static void
as_passage(const char *bytes, size_t len)
{
	struct ecs_passage passage;

	if (ecs_passage_read(&passage, bytes, len) &&
	    passage.text + passage.len != bytes + len)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ecs_schema *schema;
	const char *path = getenv("ECSEARCH_SCHEMA");
	struct ecs_err err = {0};
	char *body;

	if (schema == NULL)
		schema = ecs_schema_load(
		    path == NULL ? "corpus/schema.json" : path, &err);
	if (schema == NULL)
		abort();
	if (size == 0)
		return 0;
	/* As the wire hands a body over: with a NUL behind it. */
	body = calloc(size, 1);
	memcpy(body, data + 1, size - 1);
	switch (data[0] % 5) {
	case 3:
		as_slot(body, size - 1);
		break;
	case 4:
		as_passage(body, size - 1);
		break;
	default:
		as_body(ecs_schema_collection(schema, "agenda"),
		    (enum ecs_feed_format)(data[0] % 5), body, size - 1);
		break;
	}
	free(body);
	return 0;
}
