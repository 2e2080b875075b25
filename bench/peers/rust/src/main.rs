// SPDX-License-Identifier: MIT
//! peer OPERATION COUNT: do it so often with Rust's tempfile, and print the
//! nanoseconds that one took: by the clock, and of the processor.
use std::env;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::thread;
use std::time::Instant;

use tempfile::{NamedTempFile, SpooledTempFile, TempDir};

const MIB: usize = 1024 * 1024;
const SMALL_BYTES: usize = 64 * MIB;
const SMALL: &[u8] = b"0123456789abcde\n";
const TEXT_LINES: usize = 200_000;
const LINE: &str = "Zwölf Boxkämpfer jagen Viktor über den Deich";

fn processor_time() -> f64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 * 1e9 + now.tv_nsec as f64
}

fn measure(count: usize, work: impl FnOnce()) {
    let (clock, processor) = (Instant::now(), processor_time());
    work();
    let wall = clock.elapsed().as_nanos() as f64;
    let spent = processor_time() - processor;
    println!("{} {}", wall / count as f64, spent / count as f64);
}

fn repeat(count: usize, mut round: impl FnMut()) {
    measure(count, || (0..count).for_each(|_| round()));
}

fn spool(room: usize, total: usize, piece: &[u8]) -> SpooledTempFile {
    let mut file = SpooledTempFile::new(room);
    for _ in 0..total / piece.len() {
        file.write_all(piece).unwrap();
    }
    file
}

fn spool_1k_and_read() {
    let mut back = [0; 1024];
    let mut file = spool(65536, 1024, black_box(&[0; 1024]));
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_exact(&mut back).unwrap();
    black_box(back);
}

fn write_small() -> File {
    let mut out = BufWriter::new(tempfile::tempfile().unwrap());
    for _ in 0..SMALL_BYTES / SMALL.len() {
        out.write_all(black_box(SMALL)).unwrap();
    }
    out.into_inner().unwrap()
}

fn read_lines(file: &mut File, mut each: impl FnMut(&mut BufReader<&File>) -> usize) {
    file.seek(SeekFrom::Start(0)).unwrap();
    let mut reader = BufReader::new(&*file);
    while each(&mut reader) > 0 {}
}

fn write_text() -> File {
    let mut out = BufWriter::new(tempfile::tempfile().unwrap());
    for _ in 0..TEXT_LINES {
        out.write_all(black_box(LINE).as_bytes()).unwrap();
        out.write_all(b"\n").unwrap();
    }
    out.into_inner().unwrap()
}

fn replace(durable: bool) {
    let directory = env::temp_dir();
    let path = directory.join(format!("target{}", std::process::id()));
    let mut file = NamedTempFile::new_in(&directory).unwrap();
    file.write_all(&[0; 4096]).unwrap();
    if durable {
        file.as_file().sync_all().unwrap();
    }
    file.persist(&path).unwrap();
    if durable {
        File::open(&directory).unwrap().sync_all().unwrap();
    }
}

fn in_threads(threads: usize, count: usize) {
    measure(count, || {
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(move || {
                    for _ in 0..count / threads {
                        NamedTempFile::new().unwrap();
                    }
                });
            }
        })
    });
}

/* 100 000 live names; then what it takes to remove them. */
fn live(count: usize) {
    let names: Vec<_> = (0..count)
        .map(|_| NamedTempFile::new().unwrap().into_temp_path())
        .collect();
    measure(count, || drop(names));
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let operation = arguments[1].as_str();
    let count: usize = arguments[2].parse().unwrap();
    match operation {
        "anonymous" => repeat(count, || {
            tempfile::tempfile().unwrap();
        }),
        "anonymous-1k" => repeat(count, || {
            tempfile::tempfile().unwrap().write_all(&[0; 1024]).unwrap()
        }),
        "named" => repeat(count, || {
            NamedTempFile::new().unwrap();
        }),
        "directory" => repeat(count, || {
            TempDir::new().unwrap();
        }),
        "spooled-1k" => repeat(count, spool_1k_and_read),
        "spooled-64k" => repeat(count, || {
            black_box(spool(MIB, 65536, black_box(&[0; 256])));
        }),
        "rolling-16m" => repeat(count, || {
            spool(MIB, 16 * MIB, &[0; 8192]);
        }),
        "write-16" => repeat(count, || {
            write_small();
        }),
        "lines" => {
            let mut file = write_small();
            let mut line = Vec::new();
            repeat(count, || {
                read_lines(&mut file, |reader| {
                    line.clear();
                    reader.read_until(b'\n', &mut line).unwrap()
                })
            });
        }
        "write-utf8" => repeat(count, || {
            write_text();
        }),
        "read-utf8" => {
            let mut file = write_text();
            let mut line = String::new();
            repeat(count, || {
                read_lines(&mut file, |reader| {
                    line.clear();
                    reader.read_line(&mut line).unwrap()
                })
            });
        }
        "replace" => repeat(count, || replace(false)),
        "durable" => repeat(count, || replace(true)),
        "live" => live(count),
        "remove" => fs::remove_dir_all(&arguments[3]).unwrap(),
        _ => match operation.strip_prefix("threads-") {
            Some(threads) => in_threads(threads.parse().unwrap(), count),
            None => std::process::exit(3), // there is no such thing here
        },
    }
    let _ = fs::remove_file(
        env::temp_dir().join(format!("target{}", std::process::id())),
    );
}
