/// Why a TCP connection is made.
package enum ConnectionPurpose: Sendable {
    case epmd
    case distribution
}
