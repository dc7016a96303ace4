# SPDX-License-Identifier: GPL-2.0-or-later
# ---- what moving each assumption over its range does to the difference; the widest at the top ----
cut = strstrt(yname, ': ')
set xlabel (cut ? yname[1 : cut] . "\n" . yname[cut + 2 : *] : yname)
count = |xlabel|
set ytics () scale 0 nomirror
do for [i = 1:|xlabel|] { set ytics add (tic(xlabel[i]) count - i) }
set yrange [-0.7 : count - 0.3]
set grid xtics noytics linetype -1 linecolor rgb '#d8d8d8' linewidth 0.6 dashtype 1
set key at screen legendx, screen legendy center top vertical maxrows 1 Left reverse samplen 1.4
set style fill solid 1 border rgb '#202020'
set arrow 1 from base, graph 0 to base, graph 1 nohead front linetype -1 linewidth 1.2 dashtype 1
set arrow 2 from 0, graph 0 to 0, graph 1 nohead front linetype -1 linewidth 1.2 dashtype 3
set xrange [lowest_x - 0.04 * (highest_x - lowest_x) : highest_x + 0.04 * (highest_x - lowest_x)]
plot data index 0 using (($4 + base) / 2):(count - 1 - $1):(abs($4 - base) / 2):(0.34) \
		with boxxyerror linetype -1 linewidth 0.6 fillcolor rgb '#c6dbef' title series[1], \
	data index 1 using (($4 + base) / 2):(count - 1 - $1):(abs($4 - base) / 2):(0.34) \
		with boxxyerror linetype -1 linewidth 0.6 fillcolor rgb '#2171b5' title series[2], \
	data index 0 using 4:(count - 1 - $1 + 0.13):5:6 with xerrorbars linetype -1 linewidth 0.7 pointtype 0 notitle, \
	data index 1 using 4:(count - 1 - $1 - 0.13):5:6 with xerrorbars linetype -1 linewidth 0.7 pointtype 0 notitle
unset multiplot
