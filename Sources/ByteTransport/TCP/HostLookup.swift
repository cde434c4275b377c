/// One look-up of all addresses of a host name.
package final class HostLookup {
    private let resolution: NameResolution

    /// `completion` is called once, on the loop, unless `cancel` comes first. IPv4 comes first.
    package init(
        _ host: String, on loop: EventLoop,
        completion: @escaping (Result<[SocketAddress], ResolveFailure>) -> Void
    ) {
        resolution = NameResolution(host: host, port: 0, on: loop, completion: completion)
    }

    /// Gives up; no completion follows. Idempotent.
    package func cancel() { resolution.cancel() }
}
