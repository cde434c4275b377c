package import ByteTransport

/// A terminal as a host is told of it.
package struct SSHTerminal: Hashable, Sendable {
    /// What it understands: TERM.
    package var kind: String
    /// In characters.
    package var columns: Int, rows: Int

    package init(kind: String, columns: Int, rows: Int) {
        self.kind = kind
        self.columns = columns
        self.rows = rows
    }
}

/// A shell that a host runs on a terminal: the stream is what is typed there, and what it draws.
package protocol SSHShellStream: ByteStream {
    /// The terminal has another size now, in characters.
    func resize(columns: Int, rows: Int)
}
