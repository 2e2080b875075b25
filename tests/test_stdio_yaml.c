/* SPDX-License-Identifier: MIT */
/*
 * A library that knows nothing but FILE *, libyaml, writes and reads a spooled
 * text file, in an encoding that libyaml is not told of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <yaml.h>

#include "tempfile.h"

static const char *const words[] = {"plain", "gr\xC3\xBC\xC3\x9F dich",
				    "\xE3\x81\x82\xE3\x81\x84", "two\nlines",
				    "\xF0\x9F\x98\x80"};
#define WORDS (sizeof words / sizeof *words)

static void emit(yaml_emitter_t *emitter, yaml_event_t *event, int made)
{
	assert_true(made);
	if (!yaml_emitter_emit(emitter, event))
		fail_msg("libyaml: %s", emitter->problem);
}

static void emit_word(yaml_emitter_t *emitter, const char *word)
{
	yaml_event_t event;
	yaml_char_t *value = (yaml_char_t *)(uintptr_t)word;

	emit(emitter, &event,
	     yaml_scalar_event_initialize(&event, NULL, NULL, value,
					  (int)strlen(word), 1, 1,
					  YAML_ANY_SCALAR_STYLE));
}

/* A sequence of repeat times all words. */
static void write_yaml(FILE *stdio, int repeat)
{
	yaml_emitter_t emitter;
	yaml_event_t event;

	assert_true(yaml_emitter_initialize(&emitter));
	yaml_emitter_set_output_file(&emitter, stdio);
	yaml_emitter_set_unicode(&emitter, 1);
	emit(&emitter, &event,
	     yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	emit(&emitter, &event,
	     yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	emit(&emitter, &event,
	     yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
						  YAML_BLOCK_SEQUENCE_STYLE));
	for (int i = 0; i < repeat; i++)
		for (size_t k = 0; k < WORDS; k++)
			emit_word(&emitter, words[k]);
	emit(&emitter, &event, yaml_sequence_end_event_initialize(&event));
	emit(&emitter, &event, yaml_document_end_event_initialize(&event, 1));
	emit(&emitter, &event, yaml_stream_end_event_initialize(&event));
	yaml_emitter_delete(&emitter);
}

static void read_yaml(FILE *stdio, int repeat)
{
	yaml_parser_t parser;
	yaml_document_t document;
	yaml_node_t *root;
	ptrdiff_t count;

	assert_true(yaml_parser_initialize(&parser));
	yaml_parser_set_input_file(&parser, stdio);
	if (!yaml_parser_load(&parser, &document))
		fail_msg("libyaml: %s", parser.problem);
	root = yaml_document_get_root_node(&document);
	assert_non_null(root);
	count = root->data.sequence.items.top - root->data.sequence.items.start;
	assert_int_equal(repeat * (int)WORDS, count);
	for (ptrdiff_t i = 0; i < count; i++) {
		yaml_node_item_t item = root->data.sequence.items.start[i];
		yaml_node_t *node = yaml_document_get_node(&document, item);

		assert_string_equal(words[i % (ptrdiff_t)WORDS],
				    (const char *)node->data.scalar.value);
	}
	yaml_document_delete(&document);
	yaml_parser_delete(&parser);
}

static void there_and_back(int64_t max_size, int repeat, const char *encoding)
{
	struct tempfile *file = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.mode = "w+t", .encoding = encoding,
				 .newline = "\r\n", .max_size = max_size));
	FILE *stdio;

	assert_non_null(file);
	stdio = tempfile_stdio(file);
	assert_non_null(stdio);
	write_yaml(stdio, repeat);
	assert_int_equal(max_size > 0, tempfile_rolled(file));
	assert_int_equal(0, fflush(stdio));
	rewind(stdio);
	read_yaml(stdio, repeat);
	assert_int_equal(0, tempfile_close(file));
}

static void libyaml_in_memory(void **state)
{
	(void)state;
	there_and_back(0, 3, "utf-8");
	there_and_back(0, 3000, "utf-16");
}

/* The roll-over comes somewhere in the middle, and libyaml does not notice. */
static void libyaml_rolling_over(void **state)
{
	(void)state;
	there_and_back(50, 3, "utf-16");
	there_and_back(5001, 500, "utf-8-sig");
	there_and_back(5001, 500, "gb18030");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libyaml_in_memory),
		cmocka_unit_test(libyaml_rolling_over),
	};

	return cmocka_run_group_tests_name("stdio_yaml", tests, NULL, NULL);
}
