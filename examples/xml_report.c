/* SPDX-License-Identifier: MIT */
/*
 * xml_report FILE ITEM...: a library that writes to a FILE *, here libxml2,
 * writes a file that appears only when it is complete.
 */
#include <err.h>
#include <stdio.h>

#include <libxml/tree.h>
#include <tempfile.h>

static xmlDocPtr make_report(char **items)
{
	xmlDocPtr report = xmlNewDoc(BAD_CAST "1.0");
	xmlNodePtr root = xmlNewNode(NULL, BAD_CAST "report");

	xmlDocSetRootElement(report, root);
	for (; *items; items++)
		xmlNewTextChild(root, NULL, BAD_CAST "item", BAD_CAST * items);
	return report;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		errx(2, "usage: xml_report FILE ITEM...");

	TEMPFILE_AUTO file = tempfile_open(TEMPFILE_OPTIONS(.beside = argv[1]));
	FILE *out = file ? tempfile_stdio(file) : NULL;
	xmlDocPtr report = make_report(argv + 2);
	int written = out ? xmlDocDump(out, report) : -1;

	xmlFreeDoc(report);
	if (written < 0 || tempfile_persist(file, argv[1], 0) < 0)
		errx(1, "%s", tempfile_errmsg());
	return 0;
}
