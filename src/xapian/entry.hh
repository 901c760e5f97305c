/* SPDX-License-Identifier: ISC */
/*
 * entry.hh - what an entry is, for the writer that puts it.
 */
#ifndef ECS_XAPIAN_ENTRY_HH
#define ECS_XAPIAN_ENTRY_HH
#include <xapian.h>

struct ecs_index_entry {
	Xapian::Document document;
};
#endif
