# SPDX-License-Identifier: GPL-2.0-or-later
# ---- distributions: for each level the quantile, with its 95 % interval over the replications ----
if (logx || logy || (least > 0 && most / least > 20)) {
	set logscale x
	set xrange [least * 0.9 : most * 1.1]
	set xtics ()
	do for [e = -6:12] { do for [m in marks] { set xtics add (mark(m, e) m * 10.0 ** e) } }
} else {
	set xrange [0 : most * 1.05]
}
set yrange [0 : 1.02]
set grid xtics ytics linetype -1 linecolor rgb '#d8d8d8' linewidth 0.6 dashtype 1
bands = |panel| * |series|
above(v) = v < least * 0.9 ? least * 0.9 : v
do for [p = 1:|panel|] {
	set title panel[p] offset 0, -0.6
	set xlabel (lowest(p) ? yname : '')
	set ylabel (leftmost(p) ? 'fraction' : '')
	if (first(p) && |series| > 1) {
		set key at screen legendx, screen legendy center top vertical maxrows legendrows \
			Left reverse samplen 3
	}
	plot for [s = 1:|series|] data index bands + (p - 1) * |series| + s - 1 using (above($1)):2 \
			with filledcurves closed linetype s notitle, \
		for [s = 1:|series|] data index (p - 1) * |series| + s - 1 using 4:2 \
			with lines linetype s linewidth 1.8 notitle, \
		for [s = 1:|series|] keyentry with lines linetype s linewidth 1.8 title (shown[s] ? series[s] : '')
	unset key
	unset label 1
}
unset multiplot
