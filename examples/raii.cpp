// SPDX-License-Identifier: MIT
// raii: a temporary file and directory in C++, closed by unique_ptr, also
// when an exception leaves the function.
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include <tempfile.h>

struct closer {
	void operator()(tempfile *file) const { tempfile_close(file); }
	void operator()(tempdir *dir) const { tempdir_close(dir); }
};
using file_pointer = std::unique_ptr<tempfile, closer>;
using dir_pointer = std::unique_ptr<tempdir, closer>;

static void check(bool good)
{
	if (!good)
		throw std::runtime_error(tempfile_errmsg());
}

static file_pointer open_in(tempdir *dir, const char *suffix)
{
	tempfile_options options = {};

	options.size = sizeof options;
	options.in = dir;
	options.suffix = suffix;
	file_pointer file(tempfile_open_named(&options));
	check(file != nullptr);
	return file;
}

static void work(bool fail)
{
	dir_pointer dir(tempdir_open(nullptr));
	check(dir != nullptr);

	file_pointer page = open_in(dir.get(), ".html");
	const std::string text = "<p>Hello</p>\n";
	check(tempfile_write(page.get(), text.data(), text.size()) >= 0);
	if (fail)
		throw std::runtime_error("something else went wrong");
	std::cout << tempfile_tell(page.get()) << " bytes in "
		  << tempfile_name(page.get()) << '\n';
}

int main(int argc, char **)
{
	try {
		work(argc > 1);
	} catch (const std::exception &error) {
		std::cerr << "raii: " << error.what() << '\n';
		return 1;
	}
	return 0;
}
