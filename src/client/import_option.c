/* SPDX-License-Identifier: ISC */
/*
 * import_option - the options of ecsearch import.
 */
#include <stdlib.h>
#include <string.h>

#include "ecsearch/err.h"

#include "import.h"

enum { BATCH_LEAST = 1 << 10, BATCH_MOST = 8 << 20 };

enum option_val {
	OPT_MAP = 1,
	OPT_FORMAT,
	OPT_DELIMITER,
	OPT_ENCODING,
	OPT_ATOMIC,
	OPT_DRY_RUN,
	OPT_PRINT,
	OPT_WAIT,
	OPT_BATCH
};

const struct option ecs_import_options[] = {
    {"map", required_argument, NULL, OPT_MAP},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"delimiter", required_argument, NULL, OPT_DELIMITER},
    {"encoding", required_argument, NULL, OPT_ENCODING},
    {"atomic", no_argument, NULL, OPT_ATOMIC},
    {"dry-run", no_argument, NULL, OPT_DRY_RUN},
    {"print", no_argument, NULL, OPT_PRINT},
    {"wait", required_argument, NULL, OPT_WAIT},
    {"batch", required_argument, NULL, OPT_BATCH},
    {NULL, 0, NULL, 0},
};

static bool
parse_delimiter(const char *text, char *delimiter)
{
	if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
		*delimiter = '\t';
	else if (strlen(text) == 1 && strchr("\"\r\n", text[0]) == NULL)
		*delimiter = text[0];
	else
		return false;
	return true;
}

/* 500000, 512k, 4M */
static bool
parse_size(const char *text, size_t *size)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (end == text || value > BATCH_MOST)
		return false;
	if (*end == 'k' || *end == 'K')
		value <<= 10;
	else if (*end == 'm' || *end == 'M')
		value <<= 20;
	if (*end != '\0' && strchr("kKmM", *end) != NULL)
		end++;
	if (*end != '\0' || value < BATCH_LEAST || value > BATCH_MOST)
		return false;
	*size = (size_t)value;
	return true;
}

static void
take_wait(struct import *import, const char *how, struct ecs_err *err)
{
	import->wait = how;
	if (strcmp(how, "visible") != 0 && strcmp(how, "durable") != 0 &&
	    strcmp(how, "none") != 0)
		ecs_client_usage(err, "--wait is for visible, durable or none");
}

void
ecs_import_option(struct import *import, int val, struct ecs_err *err)
{
	switch (val) {
	case OPT_MAP:
		import->map_path = optarg;
		break;
	case OPT_FORMAT:
		if (!ecs_format_parse(optarg, &import->reader.format))
			ecs_client_usage(
			    err, "--format is json, ndjson or csv");
		break;
	case OPT_DELIMITER:
		if (!parse_delimiter(optarg, &import->reader.delimiter))
			ecs_client_usage(
			    err, "--delimiter is one character, or tab");
		break;
	case OPT_ENCODING:
		import->reader.encoding = optarg;
		break;
	case OPT_ATOMIC:
		import->batch.atomic = true;
		break;
	case OPT_DRY_RUN:
		import->dry_run = true;
		break;
	case OPT_PRINT:
		import->print = true;
		break;
	case OPT_WAIT:
		take_wait(import, optarg, err);
		break;
	case OPT_BATCH:
		if (!parse_size(optarg, &import->batch.limit))
			ecs_client_usage(
			    err, "--batch is a size from 1k to 8M");
		break;
	default:
		ecs_client_usage(err, "-%c is no option of import", val);
	}
}
