# SPDX-License-Identifier: GPL-2.0-or-later
# ---- a field a point; light is little, dark is much, and the number stands in it ----
set xtics () scale 0 nomirror rotate by (turned ? -30 : 0)
do for [i = 1:|xlabel|] { set xtics add (tic(xlabel[i]) i - 1) }
set xrange [-0.5 : |xlabel| - 0.5]
set yrange [-0.5 : |series| - 0.5]
unset grid
set border 0
set palette defined (0 '#f7fbff', 0.25 '#c6dbef', 0.5 '#6baed6', 0.75 '#2171b5', 1 '#08306b')
set cblabel yname offset 2.2, 0
set colorbox user origin screen 1 - (right - 20.0) / width, screen 1.0 * bottom / height \
	size screen 14.0 / width, screen 1 - 1.0 * (top + bottom) / height
if (logy) { set logscale cb; set cbrange [least:most] } else { set cbrange [0:most] }
set format cb '%.3g'
set style fill solid 1 border rgb '#ffffff'
dark(v) = logy ? v > 0 && log(v / least) > 0.55 * log(most / least) : v > 0.55 * most
do for [p = 1:|panel|] {
	set title panel[p] offset 0, -0.6
	set xlabel (lowest(p) ? xname : '')
	set ylabel (leftmost(p) ? byname : '')
	set ytics () scale 0 nomirror
	do for [s = 1:|series|] { set ytics add ((leftmost(p) ? tic(series[s]) : '') s - 1) }
	if (p > 1) { unset colorbox }
	plot for [s = 1:|series|] data index (p - 1) * |series| + s - 1 \
			using 1:(s - 1.):(0.5):(0.5):4 \
			with boxxyerror dashtype 1 linewidth 1 fillcolor palette, \
		for [s = 1:|series|] data index (p - 1) * |series| + s - 1 \
			using 1:(s - 1.):(sprintf('%.3g', $4)):(dark($4) ? 0xffffff : 0x000000) \
			with labels textcolor rgb variable
	unset label 1
}
unset multiplot
