/* SPDX-License-Identifier: MIT */
/* The same with Qt. */
#include "bench.hh"

#include <QSaveFile>
#include <QTemporaryDir>
#include <QTemporaryFile>

#include <unistd.h>

static char page[4096];

/* Qt makes it without a name as long as nobody asks for that. */
static void qt_anonymous(benchmark::State &state)
{
	for (auto _ : state) {
		QTemporaryFile file;
		must(file.open());
	}
}
MEASURE(qt_anonymous, "Qt/anonymous");

static void qt_named(benchmark::State &state)
{
	for (auto _ : state) {
		QTemporaryFile file;
		must(file.open());
		must(!file.fileName().isEmpty());
	}
}
MEASURE(qt_named, "Qt/named");

static void qt_directory(benchmark::State &state)
{
	for (auto _ : state) {
		QTemporaryDir directory;
		must(directory.isValid());
	}
}
MEASURE(qt_directory, "Qt/directory");

static void qt_replace(benchmark::State &state)
{
	const std::string path = where() + "target" + std::to_string(getpid());

	for (auto _ : state) {
		QSaveFile file(QString::fromStdString(path));
		must(file.open(QIODevice::WriteOnly));
		must(file.write(page, sizeof page) == sizeof page);
		must(file.commit());
	}
	unlink(path.c_str());
}
MEASURE(qt_replace, "Qt/replace");
