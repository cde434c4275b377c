import Glibc

// What the figures need inside one process; dev/bench.sh runs it. Prints one number: microseconds, the median.
//   erlclu-bench decode|encode FILE RUNS      an external term in FILE, as term_to_binary/1 makes it

func usage() -> Never {
    complain("usage: erlclu-bench decode|encode FILE RUNS\n")
    exit(64)
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 3, let runs = Int(arguments[3]), runs > 0 else { usage() }
let benchmark = try TermBenchmark(path: arguments[2])
switch arguments[1] {
case "decode": print(median(of: runs, benchmark.decode))
case "encode": print(median(of: runs, benchmark.encode))
default: usage()
}
