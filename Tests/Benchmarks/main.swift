import Glibc

// What the figures need inside one process; dev/bench.sh runs it. Prints microseconds, one number a line, one for each
// run after a first one that warms up.
//   erlclu-bench decode|encode-value|encode-view FILE RUNS      an external term in FILE, as term_to_binary/1 makes it
//   erlclu-bench call NODE COOKIEFILE CALLS RUNS [CA CERT KEY]  so many calls a run; the time of one call
//   erlclu-bench prompt RUNS COMMAND...             a shell on a terminal: from its start to the prompt
//   erlclu-bench answer RUNS COMMAND...             from Enter to the answer of 1+1.
//   erlclu-bench list RUNS FILE COMMAND...          from Enter to the end of a long list, which goes into FILE
//   erlclu-bench screen RUNS TEXT COMMAND...        from its start until its terminal got the text
//   erlclu-bench key RUNS TEXT KEY COMMAND...       once its terminal got the text: from a key to the bytes for it
//   erlclu-bench rest SECONDS TEXT COMMAND...       once its terminal got the text: prints the bytes that it gets in a
//                                second, and the share of a processor that the command takes, in percent
//   erlclu-bench handshake ROUNDS COUNT COOKIEFILE CA|- CERT KEY NODE:PORT NODE:PORT COMMAND...  in each round so many
//                                handshakes with each node in turns, while the command traces the one that takes the
//                                place of its word NODE; lines `plain N` and `traced N`
//   erlclu-bench begin RUNS TEXT COMMAND...         from its start until it says the text on standard error
//   erlclu-bench connections COUNT MESSAGES SECONDS  an acceptor with so many connections that bring so many messages a
//                                second in all: prints the share of a processor that it takes, in percent
//   erlclu-bench links COUNT NODE:PORT COOKIEFILE SECONDS [CA CERT KEY]  so many visible nodes join it at once; prints the
//                                seconds until each knows all, and keeps the links for as long as is said
//   erlclu-bench capture FILE BYTES HANDSHAKES                  writes a capture of so many bytes; prints nothing

func usage() -> Never {
    complain(
        "usage: erlclu-bench decode|encode-value|encode-view FILE RUNS | call NODE COOKIEFILE CALLS RUNS [...] | "
            + "prompt|answer RUNS COMMAND... | handshake ... | links ... | list RUNS FILE COMMAND...\n")
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
case "prompt", "answer", "list":
    guard arguments.count >= (what == "list" ? 4 : 3), let runs = Int(arguments[2]), runs > 0 else { usage() }
    switch what {
    case "prompt": times = try (0..<runs).map { _ in try ConsoleBenchmark(arguments[3...]).prompt() }
    default:
        let console = try ConsoleBenchmark(arguments[(what == "list" ? 4 : 3)...])
        _ = try console.prompt()
        times = try (0..<runs).map { _ in
            what == "list" ? try console.list(to: arguments[3]) : try console.answer()
        }
    }
case "screen":
    guard arguments.count > 3, let runs = Int(arguments[2]), runs > 0 else { usage() }
    times = try (0..<runs).map { _ in try ConsoleBenchmark(arguments[4...]).screen(arguments[3]) }
case "key":
    guard arguments.count > 4, let runs = Int(arguments[2]), runs > 0 else { usage() }
    let screen = try ConsoleBenchmark(arguments[5...])
    _ = try screen.screen(arguments[3])
    times = try (0..<runs).map { _ in try screen.key(arguments[4]) }
case "rest":
    guard arguments.count > 3, let seconds = Int(arguments[2]), seconds > 0 else { usage() }
    let screen = try ConsoleBenchmark(arguments[4...])
    _ = try screen.screen(arguments[3])
    let rest = try screen.rest(seconds: seconds)
    times = [rest.bytes, rest.share]
case "handshake":
    guard arguments.count > 9, let rounds = Int(arguments[2]), let count = Int(arguments[3]), rounds > 0, count > 0
    else { usage() }
    let benchmark = try HandshakeBenchmark(
        arguments[8...9], cookieFile: arguments[4], tls: arguments[5] == "-" ? [] : arguments[5...7])
    try benchmark.compare(rounds: rounds, handshakes: count, command: arguments[10...]).forEach { print($0) }
    times = []
case "begin":
    guard arguments.count > 3, let runs = Int(arguments[2]), runs > 0 else { usage() }
    times = try (0..<runs).map { _ in
        let start = nanoseconds()
        let command = try BackgroundCommand(arguments[4...], until: arguments[3])
        let time = Double(nanoseconds() - start) / 1000
        command.stop()
        return time
    }
case "capture":
    guard arguments.count == 4, let bytes = Int(arguments[3]), let handshakes = Int(arguments[4]), handshakes > 0
    else { usage() }
    try CaptureGenerator.write(to: arguments[2], bytes: bytes, handshakes: handshakes)
    times = []
case "links":
    guard arguments.count == 5 || arguments.count == 8, let count = Int(arguments[2]), let seconds = Int(arguments[5]),
        count > 0
    else { usage() }
    let benchmark = try LinksBenchmark(
        arguments[3], links: count, cookieFile: arguments[4], tls: arguments[6...])
    print(try benchmark.join())
    fflush(nil)
    try benchmark.rest(seconds: seconds)
    times = []
case "connections":
    guard arguments.count == 4, let count = Int(arguments[2]), let messages = Int(arguments[3]),
        let seconds = Int(arguments[4]), count > 0, messages > 0, seconds > 0
    else { usage() }
    times = [try ConnectionsBenchmark(connections: count, messages: messages).share(seconds: seconds)]
default: usage()
}
for time in times { print(time) }
