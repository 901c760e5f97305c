/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_IMPORT_H
#define ECS_CLIENT_IMPORT_H
/*
 * One import: what was asked for and how far it is.
 */
#include <stdbool.h>
#include <stdint.h>

#include "batch.h"
#include "client.h"
#include "files.h"
#include "group.h"
#include "map.h"
#include "progress.h"
#include "reader.h"
#include "seen.h"

enum { ECS_BATCH_DEFAULT = 2 << 20 };

struct import {
	struct ecs_client *client;
	struct ecs_reader reader;
	const char *map_path, *wait;
	const char *collection;
	bool dry_run, print;

	struct ecs_files files;
	size_t file; /* the one being read */
	struct ecs_map *map;
	struct ecs_group *group;
	struct ecs_seen ids;
	struct ecs_upload batch;
	struct ecs_progress progress;
	int64_t done; /* bytes of the files before this one */

	bool stopped; /* by the server or the output, not by a record */
	uint64_t records, documents, refused, repeated;
	json_t *errors; /* the first failures, for --json */
};

/* Take the option of ecs_import_options that optarg belongs to. */
void ecs_import_option(struct import *import, int val, struct ecs_err *err);
#endif
