# SPDX-License-Identifier: GPL-2.0-or-later
# ---- lines with bands of the 95 % interval; where x has no distance, bars instead ----
if (numeric) {
	if (logx) { set logscale x }
	set xtics ()
	# A label that would touch the one before it is left out; its mark stays.
	place(v) = logx ? log(v) : v
	span = place(xposition[|xlabel|]) - place(xposition[1])
	free = -1e9
	do for [i = 1:|xlabel|] {
		at = span > 0 ? panelwidth * 0.94 * (place(xposition[i]) - place(xposition[1])) / span : 0
		half = 3.8 * strlen(xlabel[i]) + 2
		set xtics add ((at - half < free ? '' : tic(xlabel[i])) xposition[i])
		free = at - half < free ? free : at + half
	}
	if (!logx && |xlabel| > 6) { set xtics auto }
	set offsets graph 0.03, graph 0.03, 0, 0
} else {
	set xtics () rotate by (turned ? -30 : 0)
	do for [i = 1:|xlabel|] { set xtics add (tic(xlabel[i]) xposition[i]) }
	set xrange [-0.4 : |xlabel| - 0.6]
}
if (logy) {
	set logscale y
	set yrange [least * 0.8 : most * 1.25]
	set ytics ()
	do for [e = -6:12] { do for [m in marks] { set ytics add (mark(m, e) m * 10.0 ** e) } }
} else {
	set yrange [0 : most * 1.06]
}
# What a logarithmic scale cannot show ends at its lower edge.
above(v) = logy && v < least * 0.8 ? least * 0.8 : v
do for [p = 1:|panel|] {
	set title panel[p] offset 0, -0.6
	set xlabel (lowest(p) ? xname : '')
	set ylabel (leftmost(p) ? yname : '')
	if (first(p) && |series| > 1) {
		set key at screen legendx, screen legendy center top vertical maxrows legendrows \
			Left reverse samplen 3
	}
	plot for [s = 1:|series|] data index (p - 1) * |series| + s - 1 using 2:(numeric ? above($5) : NaN):6 \
			with filledcurves linetype s notitle, \
		for [s = 1:|series|] data index (p - 1) * |series| + s - 1 using 2:4:(above($5)):6 \
			with yerrorbars linetype s dashtype 1 linewidth 0.9 pointtype 0 notitle, \
		for [s = 1:|series|] data index (p - 1) * |series| + s - 1 using 2:4 \
			with linespoints linetype s notitle, \
		for [s = 1:|series|] keyentry with linespoints linetype s title (shown[s] ? series[s] : '')
	unset key
	unset label 1
}
unset multiplot
