import Foundation

extension TmuxScreen {
    /// - Returns: what a terminal shows that got `bytes`, and still shows them: as text, and with what its cells look like.
    package static func shown(_ bytes: [UInt8], size: TerminalSize) throws -> (text: String, styled: String) {
        let directory = try TemporaryDirectory()
        let file = directory.file("bytes")
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        let screen = try TmuxScreen("stty raw -echo; cat '\(file)'; touch '\(file).done'; read x", size: size)
        guard eventually({ FileManager.default.fileExists(atPath: "\(file).done") }) else {
            throw FixtureFailure("the terminal has not taken \(bytes.count) bytes")
        }
        var last = ""
        // tmux may still be reading: the screen is the one that stays.
        let isStill = try eventually {
            let now = try screen.capture()
            defer { last = now }
            return now == last && !now.isEmpty
        }
        guard isStill else { throw FixtureFailure("the screen does not stand still") }
        return (last, try screen.capture(styled: true))
    }
}
