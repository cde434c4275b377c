import Presentation

/// How far the decoding of a file is.
struct CaptureProgress {
    /// Bytes.
    var read: Int
    var size: Int
    /// Since the beginning.
    var time: Duration
    var attempts: Int

    /// "42 % of 3.1G, 260M a second, 17 attempts so far"
    var words: String {
        // A file may grow meanwhile.
        let share = min(100, Int(Double(read) / Double(max(size, 1)) * 100))
        let seconds = max(time / .seconds(1), 0.001)
        let rate = Cell.bytes(Int((Double(read) / seconds).rounded())).shown
        return "\(share) % of \(Cell.bytes(size).shown), \(rate) a second, "
            + (attempts == 1 ? "1 attempt so far" : "\(attempts) attempts so far")
    }
}
