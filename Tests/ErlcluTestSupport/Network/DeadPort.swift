/// Ports of 127.0.0.1 that refuse.
package enum DeadPort {
    /// A port that nobody listens on; the kernel does not hand it out again soon.
    package static func make() throws -> UInt16 { try LocalSocket.unusedPort() }
}
