/* SPDX-License-Identifier: ISC */
/*
 * fault - named places that can be told to fail, for tests only.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ecsearch/fault.h"

enum { PROBES = 32 };

static struct probe {
	char name[48];
	int at; /* the hit that fails, from 1 */
	bool kill;
	atomic_int hits;
} probes[PROBES];
static int nprobes;
bool ecs_fault_armed;

static void
read_probe(const char *text)
{
	struct probe *probe = &probes[nprobes];
	const char *equals = strchr(text, '=');

	if (nprobes == PROBES || equals == NULL ||
	    (size_t)(equals - text) >= sizeof(probe->name))
		return;
	memcpy(probe->name, text, (size_t)(equals - text));
	probe->at = (int)strtol(equals + 1, NULL, 10);
	probe->kill = strstr(equals, ":kill") != NULL;
	nprobes++;
}

void
ecs_fault_init(void)
{
	const char *value = getenv("ECS_FAULTS");
	char *copy;
	char *rest;

	if (value == NULL || (copy = strdup(value)) == NULL)
		return;
	rest = copy;
	for (char *word; (word = strsep(&rest, ",")) != NULL;)
		read_probe(word);
	free(copy);
	ecs_fault_armed = nprobes > 0;
}

bool
ecs_fault_hit(const char *probe)
{
	for (int i = 0; i < nprobes; i++) {
		if (strcmp(probes[i].name, probe) != 0 ||
		    atomic_fetch_add(&probes[i].hits, 1) + 1 != probes[i].at)
			continue;
		if (probes[i].kill)
			kill(getpid(), SIGKILL);
		return true;
	}
	return false;
}

const char *
ecs_fault_unhit(void)
{
	for (int i = 0; i < nprobes; i++)
		if (atomic_load(&probes[i].hits) < probes[i].at)
			return probes[i].name;
	return NULL;
}
