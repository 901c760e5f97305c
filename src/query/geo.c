/* SPDX-License-Identifier: ISC */
/*
 * geo - places: inside a circle, inside a box, how far.
 *
 * Distances are great circles by the haversine formula (Sinnott, Virtues of
 * the Haversine, Sky and Telescope 68, 1984) on a sphere of the earth's mean
 * radius (IUGG, 6371008.8 m); off by at most half a percent.
 */
#include <math.h>

#include "internal.h"

#define EARTH_RADIUS_M 6371008.8
#define METRES_PER_DEGREE (EARTH_RADIUS_M * M_PI / 180)

static double
radians(double degrees)
{
	return degrees * M_PI / 180;
}

double
ecs_geo_distance(double lat1, double lon1, double lat2, double lon2)
{
	double dlat = sin(radians(lat2 - lat1) / 2);
	double dlon = sin(radians(lon2 - lon1) / 2);
	double a =
	    dlat * dlat + cos(radians(lat1)) * cos(radians(lat2)) * dlon * dlon;

	return 2 * EARTH_RADIUS_M * asin(sqrt(a > 1 ? 1 : a));
}

const struct ecs_field *
ecs_geo_field(const struct ecs_collection *collection)
{
	for (int i = 0; i < collection->ncolumns; i++)
		if (collection->columns[i]->type == ECS_GEO &&
		    !collection->columns[i]->is_private)
			return collection->columns[i];
	return NULL;
}

static bool
in_box(const double *box, double lat, double lon)
{
	if (lat < box[0] || lat > box[2])
		return false;
	if (box[1] <= box[3])
		return lon >= box[1] && lon <= box[3];
	return lon >= box[1] || lon <= box[3];
}

static bool
in_some_box(const struct ecs_search *search, double lat, double lon)
{
	if (in_box(search->box, lat, lon))
		return true;
	for (size_t i = 0; i < search->nboxes; i++)
		if (in_box(search->boxes[i], lat, lon))
			return true;
	return false;
}

static bool
in_circle(const struct ecs_search *search, double lat, double lon)
{
	/* Most places are too far north or south already. */
	if (fabs(lat - search->near_lat) * METRES_PER_DEGREE > search->radius_m)
		return false;
	return ecs_geo_distance(search->near_lat, search->near_lon, lat, lon) <=
	    search->radius_m;
}

struct ecs_bitmap *
ecs_geo_rows(const struct ecs_search *search, const struct ecs_source *source,
    struct ecs_err *err)
{
	bool circle = search->has_near && search->radius_m > 0;
	const struct ecs_field *field = ecs_geo_field(source->collection);
	const struct ecs_bitmap *live = ecs_table_live(source->table);
	struct ecs_bitmap *rows;

	if (!circle && !search->has_box)
		return NULL;
	rows = ecs_bitmap_new(ecs_table_limit(source->table));
	if (rows == NULL)
		ecs_err_memory(err);
	if (rows == NULL || field == NULL)
		return rows;
	for (uint32_t row = ecs_bitmap_next(live, 0); row != UINT32_MAX;
	     row = ecs_bitmap_next(live, row + 1)) {
		double lat;
		double lon;

		if (ecs_column_geo(source->table, (size_t)field->column, row,
			&lat, &lon) &&
		    (!search->has_box || in_some_box(search, lat, lon)) &&
		    (!circle || in_circle(search, lat, lon)))
			ecs_bitmap_set(rows, row);
	}
	return rows;
}
