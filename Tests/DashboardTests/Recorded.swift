import Dashboard
import Foundation
import TerminalCanvas

@testable import Dashboard

/// What the dashboard saw of real nodes once.
enum Recorded {
    /// - Parameter name: of a file in `Recordings`, without its ending.
    static func messages(_ name: String) throws -> [RecordedMessage] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Recordings/\(name).jsonl")
        return try Array(Data(contentsOf: file)).split(separator: 0x0A).map { try RecordedMessage(line: $0) }
    }

    /// A dashboard that has seen all of it, or all up to a message.
    static func model(
        _ name: String, until isLast: (RecordedMessage) -> Bool = { _ in false }
    ) throws -> DashboardModel {
        let messages = try messages(name)
        var model = DashboardModel(
            title: name, entry: "a@127.0.0.1", transport: "tcp", mode: .readWrite,
            size: ScreenSize(columns: 80, rows: 24), isASCII: false, now: messages.first?.time ?? 0,
            means: { _ in "--option" })
        for message in messages {
            _ = model.update(.clock(max(model.now, message.time)))
            _ = model.update(message.message)
            if isLast(message) { break }
        }
        // Ends are reported once they have settled.
        _ = model.update(.clock(model.now + 1_000_000))
        return model
    }
}
