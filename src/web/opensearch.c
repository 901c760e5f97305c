/* SPDX-License-Identifier: ISC */
/*
 * opensearch - how browsers add the site to their search engines
 * (OpenSearch 1.1, draft 6, the description document).
 */
#include "html.h"
#include "page.h"

void
ecs_opensearch_write(const struct ecs_site *site, struct ecs_buf *out)
{
	bool current;
	const struct ecs_asset *icon = ecs_asset_find("icon.svg", &current);

	ecs_html_printf(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<OpenSearchDescription "
	    "xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n"
	    "<ShortName>%s</ShortName>\n<Description>%s</Description>\n"
	    "<InputEncoding>UTF-8</InputEncoding>\n",
	    site->title, ecs_words(TONGUE_EN, TEXT_SEARCH_LABEL));
	ecs_html_printf(out,
	    "<Image type=\"image/svg+xml\">%s%s/assets/icon.%s.svg</Image>\n"
	    "<Url type=\"text/html\" template=\"%s%s/?q={searchTerms}\"/>\n"
	    "</OpenSearchDescription>\n",
	    site->origin, site->prefix, icon->hash, site->origin, site->prefix);
}
