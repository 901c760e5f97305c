/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_PAPER_H
#define ECS_CLIENT_PAPER_H
/*
 * Files that are documents, not records: PDF, DOCX, ODT, HTML, Markdown, text.
 * The server reads them; they are only told by their names here.
 */
#include <stdbool.h>

#include "client.h"

/* Is it one?  in_folder: found there, where texts may be anything. */
bool ecs_paper_name(const char *path, bool in_folder);

struct ecs_paper_sending {
	const char *collection;
	const char *wait;
	bool dry_run;
	bool promised; /* set: the server will store it later */
};

/*
 * Send one file.  A refusal of the file itself is a 422 (or 413), as with a
 * document of a bulk request; all else ends an import.
 */
bool ecs_paper_send(struct ecs_client *client, const char *path,
    struct ecs_paper_sending *how, struct ecs_err *err);
#endif
