/* SPDX-License-Identifier: ISC */
/*
 * slot - what columns are loaded from at start, kept in value slot 0 of every
 * index entry, so that columns and index are always of one revision.
 *
 *	head      'H'  row u32  units u32  lengths u16...  values
 *	passage   'P'  row u32             lengths u16...
 *	value     column u16  kind u8  text: len u32, bytes
 *	                               number: f64
 *	                               place: f64 latitude, f64 longitude
 *
 * Numbers are little endian.
 */
#include <endian.h>
#include <string.h>

#include "ecsearch/buf.h"
#include "ecsearch/layout.h"

enum value_kind { VALUE_TEXT = 't', VALUE_NUMBER = 'n', VALUE_PLACE = 'p' };

static void
put_u16(struct ecs_buf *out, uint32_t number)
{
	uint16_t little =
	    htole16((uint16_t)(number > 0xFFFF ? 0xFFFF : number));

	ecs_buf_add(out, &little, sizeof(little));
}

static void
put_u32(struct ecs_buf *out, uint32_t number)
{
	uint32_t little = htole32(number);

	ecs_buf_add(out, &little, sizeof(little));
}

static void
put_double(struct ecs_buf *out, double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	bits = htole64(bits);
	ecs_buf_add(out, &bits, sizeof(bits));
}

static void
put_value(struct ecs_buf *out, const struct ecs_column_value *value)
{
	put_u16(out, value->column);
	if (value->text != NULL) {
		ecs_buf_putc(out, VALUE_TEXT);
		put_u32(out, (uint32_t)value->len);
		ecs_buf_add(out, value->text, value->len);
	} else if (value->lon != 0) {
		ecs_buf_putc(out, VALUE_PLACE);
		put_double(out, value->number);
		put_double(out, value->lon);
	} else {
		/* A place on the zero meridian is written like a number. */
		ecs_buf_putc(out, VALUE_NUMBER);
		put_double(out, value->number);
	}
}

void
ecs_slot_write_head(struct ecs_buf *out, uint32_t row, uint32_t units,
    const uint32_t *lengths, size_t nlengths,
    const struct ecs_column_value *values, size_t nvalues)
{
	ecs_buf_putc(out, 'H');
	put_u32(out, row);
	put_u32(out, units);
	for (size_t i = 0; i < nlengths; i++)
		put_u16(out, lengths[i]);
	for (size_t i = 0; i < nvalues; i++)
		put_value(out, &values[i]);
}

void
ecs_slot_write_passage(
    struct ecs_buf *out, uint32_t row, const uint32_t *lengths, size_t nlengths)
{
	ecs_buf_putc(out, 'P');
	put_u32(out, row);
	for (size_t i = 0; i < nlengths; i++)
		put_u16(out, lengths[i]);
}

static bool
take(struct ecs_slot *slot, void *to, size_t len)
{
	if ((size_t)(slot->end - slot->rest) < len)
		return false;
	memcpy(to, slot->rest, len);
	slot->rest += len;
	return true;
}

static bool
take_u16(struct ecs_slot *slot, uint16_t *number)
{
	if (!take(slot, number, sizeof(*number)))
		return false;
	*number = le16toh(*number);
	return true;
}

static bool
take_u32(struct ecs_slot *slot, uint32_t *number)
{
	if (!take(slot, number, sizeof(*number)))
		return false;
	*number = le32toh(*number);
	return true;
}

static bool
take_double(struct ecs_slot *slot, double *number)
{
	uint64_t bits;

	if (!take(slot, &bits, sizeof(bits)))
		return false;
	bits = le64toh(bits);
	memcpy(number, &bits, sizeof(bits));
	return true;
}

bool
ecs_slot_read(struct ecs_slot *slot, const void *bytes, size_t len)
{
	char kind;

	slot->rest = bytes;
	slot->end = slot->rest + len;
	slot->units = 0;
	if (!take(slot, &kind, 1) || (kind != 'H' && kind != 'P') ||
	    !take_u32(slot, &slot->row))
		return false;
	slot->head = kind == 'H';
	return !slot->head || take_u32(slot, &slot->units);
}

bool
ecs_slot_lengths(struct ecs_slot *slot, uint32_t *lengths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint16_t length;

		if (!take_u16(slot, &length))
			return false;
		lengths[i] = length;
	}
	return true;
}

static bool
take_value(struct ecs_slot *slot, struct ecs_column_value *value)
{
	uint32_t len;
	char kind;

	if (!take_u16(slot, &value->column) || !take(slot, &kind, 1))
		return false;
	switch (kind) {
	case VALUE_TEXT:
		if (!take_u32(slot, &len) ||
		    (size_t)(slot->end - slot->rest) < len)
			return false;
		value->text = (const char *)slot->rest;
		value->len = len;
		slot->rest += len;
		return true;
	case VALUE_NUMBER:
		return take_double(slot, &value->number);
	case VALUE_PLACE:
		return take_double(slot, &value->number) &&
		    take_double(slot, &value->lon);
	default:
		return false;
	}
}

bool
ecs_slot_value(struct ecs_slot *slot, struct ecs_column_value *value)
{
	const unsigned char *start = slot->rest;

	memset(value, 0, sizeof(*value));
	if (take_value(slot, value))
		return true;
	/* What is left tells the end of a slot from a slot cut short. */
	slot->rest = start;
	return false;
}
