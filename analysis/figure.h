/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures of a study: what a line of its `plots` asks for, taken from the database as numbers, and
 * drawn by gnuplot. A picture consists of panels side by side, a panel of series, a series of cells
 * along x; what stands there depends on the type:
 *
 *	line	 x: an axis      series: values of another axis   cell: mean and interval of a metric
 *	heat	 the same, as fields
 *	cdf	 x: levels 0..1  series: values of an axis        cell: the metric's quantile
 *	stack	 x: an axis      series: hops of the latency      cell: mean
 *	tornado	 x: costs        series: the two ends of a range  cell: difference of two settings
 */
#ifndef ANALYSIS_FIGURE_H
#define ANALYSIS_FIGURE_H

#include <stdio.h>

#include "stats.h"
#include "store.h"
#include "table.h"

struct figure_cell {
	double mean, low, high; /* of the 95 % interval; NAN where there is none */
	size_t n;		/* 0: no run has it */
};

struct figure {
	const char *name, *type, *title, *log;
	char xlabel[128], ylabel[192], bylabel[128];
	struct table x, series, panels; /* what they are called, in order */
	double *position;		/* along x */
	bool numeric;			/* x is a quantity; otherwise places 0, 1, ... */
	double unit;			/* what one unit of the labels is in the metric's unit */
	double base;			/* tornado: the difference as it is */
	struct figure_cell *cells;	/* [panel][series][x] */
};

/* A cell that shows this. */
struct figure_cell figure_cell_of(struct stats_interval i);
/* The cell; it lives as long as the figure. */
struct figure_cell *figure_cell(const struct figure *f, size_t panel, size_t series, size_t x);

/*
 * Fill it. 0 or -errno with the message in st->error; -ENOENT: no run has the metric. figure_free()
 * in any case; the plot's texts must outlive it.
 */
int figure_read(struct figure *f, struct store *st, const struct store_plot *plot);
void figure_free(struct figure *f);
/* Put the study's labels in the place of names. 0 or -errno with st->error. */
int figure_label(struct figure *f, struct store *st, const struct store_plot *plot);
/* Choose f->unit for a metric in this unit, and make f->ylabel. Cells are filled. */
void figure_choose_unit(struct figure *f, const char *metric, const char *unit);

/* The numbers, and the script that draws them: both as files would have them. */
void figure_print_data(const struct figure *f, FILE *out);
void figure_print_script(const struct figure *f, FILE *out);

/*
 * The plots of a study: those it asks for, or when it asks for none, a line plot of each metric it
 * chose. Texts live in `texts`, STORE_PLOT_TEXTS a plot.
 */
int figure_plots(struct store *st, struct table *texts);
struct store_plot figure_plot(const struct table *texts, size_t index);

/*
 * Draw all of them into a folder, which is made when missing: for each NAME.dat, NAME.gp, NAME.svg
 * and NAME.png. All appear or none does. 0 or -errno with the message in st->error: -ENOENT: no run
 * has a metric; -ENOEXEC: gnuplot is missing or failed; others: of the file system.
 */
int figure_draw_all(struct store *st, const char *folder);

/* Remove a folder and the files in it. */
void figure_remove_folder(const char *path);

/* The template of a type, part of the program; NULL when there is none. */
const char *figure_template(const char *type);

#endif
