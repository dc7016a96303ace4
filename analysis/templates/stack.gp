# SPDX-License-Identifier: GPL-2.0-or-later
# ---- bars: the mean latency as the sum of its hops; lightness tells neighbours apart ----
array fill[14] = ['#f0f0f0', '#08519c', '#fdae6b', '#525252', '#9ecae1', '#a63603', '#d9d9d9', '#3182bd', '#fee6ce', '#969696', '#e6550d', '#deebf7', '#252525', '#fdd0a2']
set xtics () nomirror rotate by (turned ? -30 : 0)
do for [i = 1:|xlabel|] { set xtics add (tic(xlabel[i]) i - 1) }
set xrange [-0.6 : |xlabel| - 0.4]
set yrange [0 : tallest * 1.06]
set boxwidth 0.66
set style data histograms
set style histogram rowstacked
set style fill solid 1 border rgb '#202020'
do for [p = 1:|panel|] {
	set title panel[p] offset 0, -0.6
	set xlabel (lowest(p) ? xname : '')
	set ylabel (leftmost(p) ? yname : '')
	if (first(p)) {
		set key at screen 1 - (right - 16.0) / width, screen 1 - 1.0 * top / height \
			left top vertical maxrows |series| Left reverse invert samplen 1.4
	}
	plot for [s = 1:|series|] data index (p - 1) * |series| + s - 1 using (valid(4) ? $4 : 0) \
		linetype -1 linewidth 0.6 fillcolor rgb fill[(s - 1) % 14 + 1] title series[s]
	unset key
	unset label 1
}
unset multiplot
