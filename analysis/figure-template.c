// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The gnuplot templates of analysis/templates/, as they are there, inside the program: it draws
 * wherever it is installed.
 */
#include <string.h>

#include "figure.h"

#define TEMPLATE(name) \
	extern const char template_##name[]; \
	__asm__(".section .rodata\n" \
		".global template_" #name "\n" \
		"template_" #name ":\n" \
		".incbin \"analysis/templates/" #name ".gp\"\n" \
		".byte 0\n" \
		".previous\n")

TEMPLATE(common);
TEMPLATE(line);
TEMPLATE(cdf);
TEMPLATE(heat);
TEMPLATE(stack);
TEMPLATE(tornado);

static const struct {
	const char *type, *text;
} templates[] = {
	{ "common", template_common }, { "line", template_line },   { "cdf", template_cdf },
	{ "heat", template_heat },     { "stack", template_stack }, { "tornado", template_tornado },
};

const char *figure_template(const char *type)
{
	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++)
		if (!strcmp(templates[i].type, type))
			return templates[i].text;
	return NULL;
}
