import Glibc

// What the figures need inside one process; dev/bench.sh runs it. Prints microseconds, one number a line, one for each
// run after a first one that warms up.
//   erlclu-bench decode|encode-value|encode-view FILE RUNS      an external term in FILE, as term_to_binary/1 makes it
//   erlclu-bench call NODE COOKIEFILE CALLS RUNS [CA CERT KEY]  so many calls a run; the time of one call

func usage() -> Never {
    complain("usage: erlclu-bench decode|encode-value|encode-view FILE RUNS | call NODE COOKIEFILE CALLS RUNS [...]\n")
    exit(64)
}

let arguments = CommandLine.arguments.dropFirst()
guard let what = arguments.first else { usage() }
let times: [Double]
switch what {
case "decode", "encode-value", "encode-view":
    guard arguments.count == 3, let runs = Int(arguments[3]), runs > 0 else { usage() }
    let benchmark = try TermBenchmark(path: arguments[2])
    switch what {
    case "decode": times = microseconds(of: runs, benchmark.decode)
    case "encode-value": times = microseconds(of: runs, benchmark.encodeValue)
    default: times = microseconds(of: runs, benchmark.encodeView)
    }
case "call":
    guard arguments.count == 5 || arguments.count == 8, let calls = Int(arguments[4]), calls > 0,
        let runs = Int(arguments[5]), runs > 0
    else { usage() }
    let benchmark = try CallBenchmark(node: arguments[2], cookieFile: arguments[3], tls: arguments[6...])
    guard benchmark.call(times: calls) == calls else { throw BenchmarkFailure.noAnswer }
    times = microseconds(of: runs) { benchmark.call(times: calls) }.map { $0 / Double(calls) }
default: usage()
}
for time in times { print(time) }
