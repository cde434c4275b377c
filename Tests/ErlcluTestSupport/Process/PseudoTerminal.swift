import CProcessStart
import Glibc

package struct TerminalSize: Hashable, Sendable {
    package var columns: UInt16
    package var rows: UInt16

    package init(columns: UInt16 = 80, rows: UInt16 = 24) {
        self.columns = columns
        self.rows = rows
    }
}

/// A pseudo-terminal; the master's descriptor is the caller's.
struct PseudoTerminal {
    let master: Int32
    let slavePath: String

    init(size: TerminalSize) throws {
        var master: Int32 = -1
        var path = [CChar](repeating: 0, count: 128)
        let status = CProcessStart_open_terminal(size.rows, size.columns, &master, &path, path.count)
        guard status == 0 else { throw FixtureFailure("no pseudo-terminal: \(String(cString: strerror(status)))") }
        self.master = master
        slavePath = path.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }
}
