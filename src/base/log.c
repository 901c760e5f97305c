/* SPDX-License-Identifier: ISC */
/*
 * log - one line a message, in one write, so that lines of threads never mix.
 */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ecsearch/log.h"

static atomic_int threshold = ECS_LOG_NOTICE;

void
ecs_log_set_level(enum ecs_log_level level)
{
	atomic_store(&threshold, (int)level);
}

static const char *
level_name(enum ecs_log_level level)
{
	switch (level) {
	case ECS_LOG_ERROR:
		return "error";
	case ECS_LOG_WARNING:
		return "warning";
	case ECS_LOG_NOTICE:
		return "notice";
	case ECS_LOG_INFO:
		return "info";
	case ECS_LOG_DEBUG:
		return "debug";
	}
	return "notice";
}

/* A message stays one line, whatever it quotes. */
static void
flatten(char *line)
{
	for (char *c = line; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = ' ';
}

void
ecs_log(enum ecs_log_level level, const char *fmt, ...)
{
	char line[1024];
	size_t used;
	ssize_t ignored;
	va_list args;

	if ((int)level > atomic_load(&threshold))
		return;
	if (getenv("JOURNAL_STREAM") != NULL)
		snprintf(line, sizeof(line), "<%d>", (int)level);
	else
		snprintf(
		    line, sizeof(line), "ecsearchd: %s: ", level_name(level));
	used = strlen(line);
	va_start(args, fmt);
	vsnprintf(line + used, sizeof(line) - used - 1, fmt, args);
	va_end(args);
	flatten(line);
	used = strlen(line);
	line[used++] = '\n';
	ignored = write(STDERR_FILENO, line, used);
	(void)ignored;
}
