// SPDX-License-Identifier: MIT

// peer OPERATION COUNT: do it so often with Go's os package, and print the
// nanoseconds that one took: by the clock, and of the processor.
package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	smallBytes = 64 * 1024 * 1024
	small      = "0123456789abcde\n"
	textLines  = 200000
	textLine   = "Zwölf Boxkämpfer jagen Viktor über den Deich"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func processorTime() float64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func measure(count int, work func()) {
	clock, processor := time.Now(), processorTime()
	work()
	wall := float64(time.Since(clock).Nanoseconds())
	spent := processorTime() - processor
	fmt.Println(wall/float64(count), spent/float64(count))
}

func repeat(count int, round func()) {
	measure(count, func() {
		for i := 0; i < count; i++ {
			round()
		}
	})
}

func create() *os.File {
	file, err := os.CreateTemp("", "tmp")
	must(err)
	return file
}

func named() {
	file := create()
	must(file.Close())
	must(os.Remove(file.Name()))
}

// What Go has in place of a file without a name: one that loses it at once.
func anonymous(size int) {
	file := create()
	must(os.Remove(file.Name()))
	if size > 0 {
		_, err := file.Write(make([]byte, size))
		must(err)
	}
	must(file.Close())
}

func directory() {
	path, err := os.MkdirTemp("", "tmp")
	must(err)
	must(os.RemoveAll(path))
}

func fill(lines int, parts ...string) *os.File {
	file := create()
	must(os.Remove(file.Name()))
	out := bufio.NewWriter(file)
	for i := 0; i < lines; i++ {
		for _, part := range parts {
			_, err := out.WriteString(part)
			must(err)
		}
	}
	must(out.Flush())
	return file
}

func readLines(count int, file *os.File) {
	repeat(count, func() {
		_, err := file.Seek(0, 0)
		must(err)
		scanner := bufio.NewScanner(file)
		for scanner.Scan() {
			_ = scanner.Bytes()
		}
		must(scanner.Err())
	})
}

func target() string {
	return filepath.Join(os.TempDir(), fmt.Sprint("target", os.Getpid()))
}

func replace(durable bool) {
	file := create()
	_, err := file.Write(make([]byte, 4096))
	must(err)
	if durable {
		must(file.Sync())
	}
	must(file.Close())
	must(os.Rename(file.Name(), target()))
	if durable {
		parent, err := os.Open(os.TempDir())
		must(err)
		must(parent.Sync())
		must(parent.Close())
	}
}

func inThreads(threads, count int) {
	measure(count, func() {
		var all sync.WaitGroup
		for i := 0; i < threads; i++ {
			all.Add(1)
			go func() {
				defer all.Done()
				for i := 0; i < count/threads; i++ {
					named()
				}
			}()
		}
		all.Wait()
	})
}

func live(count int) {
	names := make([]string, count)
	for i := range names {
		file := create()
		names[i] = file.Name()
		must(file.Close())
	}
	measure(count, func() {
		for _, name := range names {
			must(os.Remove(name))
		}
	})
}

func main() {
	operation := os.Args[1]
	count, err := strconv.Atoi(os.Args[2])
	must(err)
	defer os.Remove(target())
	switch operation {
	case "anonymous":
		repeat(count, func() { anonymous(0) })
	case "anonymous-1k":
		repeat(count, func() { anonymous(1024) })
	case "named":
		repeat(count, named)
	case "directory":
		repeat(count, directory)
	case "write-16":
		repeat(count, func() { must(fill(smallBytes/16, small).Close()) })
	case "lines":
		readLines(count, fill(smallBytes/16, small))
	case "write-utf8":
		repeat(count, func() {
			must(fill(textLines, textLine, "\n").Close())
		})
	case "read-utf8":
		readLines(count, fill(textLines, textLine, "\n"))
	case "replace":
		repeat(count, func() { replace(false) })
	case "durable":
		repeat(count, func() { replace(true) })
	case "live":
		live(count)
	case "remove":
		must(os.RemoveAll(os.Args[3]))
	default:
		threads, found := strings.CutPrefix(operation, "threads-")
		if !found {
			os.Exit(3) // there is no such thing here
		}
		number, err := strconv.Atoi(threads)
		must(err)
		inThreads(number, count)
	}
}
