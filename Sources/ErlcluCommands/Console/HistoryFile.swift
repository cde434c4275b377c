import ByteTransport
import Glibc
import LineEditor

/// Where the history of a context, or of a node without one, is kept: `$XDG_STATE_HOME/erlclu/history/NAME`.
struct HistoryFile {
    private let path: String?

    /// - Parameter name: of the context or node; characters that mean something to a path are replaced.
    init(name: String, environment: [String: String]) {
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        guard let base = state ?? environment["HOME"].map({ $0 + "/.local/state" }) else {
            path = nil
            return
        }
        var directory = ""
        for part in (base + "/erlclu/history").split(separator: "/") {
            directory += "/" + part
            mkdir(directory, 0o700)
        }
        path = directory + "/" + String(name.map { $0 == "/" || $0 == "\0" ? "_" : $0 }).prefix(200)
    }

    func load() -> History {
        guard let path, let bytes = try? InputFile.readOwn(path) else { return History() }
        let history = History(file: String(decoding: bytes, as: UTF8.self))
        // What it may hold twice over is cut back.
        if bytes.count > 1 << 20 {
            write(history.entries.map(History.line).joined(), .anew)
        }
        return history
    }

    func append(_ entry: String) { write(History.line(entry), .appended) }

    /// A history that cannot be kept is no reason to disturb anybody.
    private func write(_ text: String, _ start: PrivateFile.Start) {
        guard let path, let descriptor = try? PrivateFile.open(path, start) else { return }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
