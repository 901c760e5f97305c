/* SPDX-License-Identifier: ISC */
/*
 * ecsearch - the command line.  All of it is in src/client; the files in the
 * order a run uses them:
 *
 *	client         common options, server and key, errors, exit codes
 *	commands       the table of all commands, and their help
 *	suggest        what somebody meant by a word that does not exist
 *	remote         HTTP, kept alive, asked again when the server is busy
 *
 *	import         files in, documents out to the server; the heart of it
 *	import_option  its options
 *	files          folders into files
 *	reader         which form a file has
 *	input          unpack and decode it
 *	split          cut JSON into documents
 *	rows           CSV rows into documents
 *	map            read and check a map (ecsearch-map(5)) ..
 *	map_build      .. its rules
 *	map_steps      .. and the steps of a rule
 *	map_path       paths into a record
 *	map_step       what steps do to values
 *	map_apply      a document of a record
 *	group          one document of several records
 *	seen           ids met before
 *	batch          several documents in one request
 *	progress       how long it will take
 *
 *	search         ask, and show what was found
 *	show           tables and trees of answers for people
 *	export         a collection as NDJSON
 *	admin          collections, delete, check, backup, rebuild
 *	key            keys
 */
#include "../client/client.h"

int
main(int argc, char **argv)
{
	return ecs_client_main(argc, argv);
}
