# SPDX-License-Identifier: GPL-2.0-or-later
# ---- what all pictures share: sizes, fonts, colours that differ in lightness too ----
if (!exists("format")) format = 'svg'

# Panels in a grid; a strip at the top for title and legend. All sizes in units of the SVG.
columns = |panel| <= 3 ? |panel| : |panel| == 4 ? 2 : 3
rows = (|panel| + columns - 1) / columns
panelwidth = |panel| == 1 ? 460 : 270
panelheight = |panel| == 1 ? 290 : 210
longest = 0
do for [i = 1:|xlabel|] { longest = strlen(xlabel[i]) > longest ? strlen(xlabel[i]) : longest }
turned = !numeric && 7.5 * (longest + 1) * |xlabel| > panelwidth
legend = 0
do for [s = 1:|series|] { legend = 7.5 * strlen(series[s]) + 62 > legend ? 7.5 * strlen(series[s]) + 62 : legend }
legend = legend * |series|
legendrows = |series| == 1 ? 0 : ceil(legend / (panelwidth * columns + 60))
left = 84
right = 24
bottom = 64 + (turned ? 4 * longest : 0)
top = 8 + (title eq '' ? 0 : 26) + 20 * legendrows + (panel[1] eq '' ? 6 : 24)
between = 40
# Types that need room elsewhere.
if (type eq 'stack') {
	legendrows = 0
	top = 8 + (title eq '' ? 0 : 26) + (panel[1] eq '' ? 6 : 24)
	right = 118
	panelheight = panelheight + 40
}
if (type eq 'heat') {
	legendrows = 0
	top = 8 + (title eq '' ? 0 : 26) + (panel[1] eq '' ? 6 : 24)
	right = 110
	tall = 0
	do for [s = 1:|series|] { tall = strlen(series[s]) > tall ? strlen(series[s]) : tall }
	left = 40 + 8 * tall
	panelheight = 34 * |series| > 120 ? 34 * |series| : 120
	between = 24
}
if (type eq 'tornado') {
	left = 24 + 7.5 * longest
	right = 30
	bottom = 80
	panelheight = 22 * |xlabel| + 10
	panelwidth = 420
}
width = left + right + panelwidth * columns + between * (columns - 1)
height = top + bottom + panelheight * rows + (bottom + 24) * (rows - 1)
if (format eq 'png') {
	set terminal pngcairo noenhanced size 2 * width, 2 * height font 'Liberation Sans,21' \
		linewidth 2 pointscale 1.6 background 'white'
} else {
	set terminal svg noenhanced size width, height font 'Arial,12.5' linewidth 1.2 \
		background 'white'
}
set encoding utf8
set output name . '.' . format
data = name . '.dat'

array colour[8] = ['#000000', '#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#7f7f7f', '#e69f00']
array dash[8] = [1, 2, 4, 5, 3, 6, 1, 2]
array point[8] = [7, 5, 9, 11, 13, 6, 4, 8]
do for [i = 1:8] {
	set linetype i linecolor rgb colour[i] dashtype dash[i] pointtype point[i] linewidth 1.6 pointsize 0.8
}
set linetype cycle 8
set border 3 linewidth 0.8 linecolor rgb '#404040'
set tics nomirror out scale 0.6
set grid ytics linetype -1 linecolor rgb '#d8d8d8' linewidth 0.6 dashtype 1
set style fill transparent solid 0.18 noborder
set datafile missing 'NaN'
unset key
legendx = (left + (width - left - right) / 2.0) / width
legendy = 1 - (8.0 + (title eq '' ? 0 : 26)) / height
if (title ne '') { set label 1 title at screen legendx, screen 1 - 18.0 / height center font (format eq 'png' ? 'Liberation Sans,23' : 'Arial,14') }
first(p) = p == 1
# Labels of tics are formats.
tic(s) = strstrt(s, '%') ? s[1 : strstrt(s, '%')] . '%' . tic(s[strstrt(s, '%') + 1 : *]) : s
# Marks of logarithmic scales: large powers of ten as such.
powers = '⁰ ¹ ² ³ ⁴ ⁵ ⁶ ⁷ ⁸ ⁹ ¹⁰ ¹¹ ¹²'
mark(m, e) = e < 4 ? sprintf('%.4g', m * 10.0 ** e) : (m == 1 ? '' : m . '·') . '10' . word(powers, e + 1)
# Which parts of a decade are marked on logarithmic scales.
marks = most / (least > 0 ? least : 1) < 8 ? '1 2 3 4 5 6 8' : most / (least > 0 ? least : 1) < 300 ? '1 2 5' : '1'
leftmost(p) = (p - 1) % columns == 0
lowest(p) = p + columns > |panel|

set multiplot layout rows, columns margins screen 1.0 * left / width, screen 1 - 1.0 * right / width, \
	screen 1.0 * bottom / height, screen 1 - 1.0 * top / height \
	spacing screen 1.0 * between / width, screen (bottom + 24.0) / height
