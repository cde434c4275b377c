internal import Diagnosis

/// Connections to a Kubernetes pod through `kubectl port-forward`: one for each port, on a free port of the loopback
/// address. A forward that has ended is begun again by the next connection.
package final class PodTunnel: Dialer {
    /// `kube:[CONTEXT/]NAMESPACE/POD`.
    package struct Pod: Hashable, Sendable {
        package var context: String?
        package var namespace: String
        package var pod: String

        package init(context: String?, namespace: String, pod: String) {
            self.context = context
            self.namespace = namespace
            self.pod = pod
        }
    }

    private let name: String
    private let pod: Pod
    private var forwards: [UInt16: PortForward] = [:]
    /// The host that the pod is, by the first connection.
    private var host: String?

    /// - Parameter name: as an operator calls the tunnel.
    package init(name: String, pod: Pod) {
        self.name = name
        self.pod = pod
    }

    deinit { for forward in forwards.values { forward.end() } }

    package var tunnel: String? { name }

    package func dial(host: String, port: UInt16, on loop: EventLoop) -> TCPStream {
        let stream = TCPStream(loop: loop)
        // The pod's own loopback addresses are behind the forward, whatever it is called.
        if SocketAddress(numeric: host, port: 0)?.isLoopback != true, host != "localhost" {
            guard self.host == nil || self.host == host else {
                stream.fail(failure("it leads to that pod alone, not to \(host)"))
                return stream
            }
            self.host = host
        }
        let forward: PortForward
        do throws(ProgramFailure) {
            if let known = forwards[port], known.isOfUse {
                forward = known
            } else {
                forward = try PortForward(command(port), of: name, to: port, on: loop)
                forwards[port] = forward
            }
        } catch {
            stream.fail(failure(error.words))
            return stream
        }
        let opening = ForwardedOpening(stream, through: forward, on: loop)
        stream.start(opening)
        opening.start()
        return stream
    }

    private func failure(_ words: String) -> StreamClosure { .tunnel(TunnelFailure(tunnel: name, words: words)) }

    private func command(_ port: UInt16) -> [String] {
        ["kubectl"] + (pod.context.map { ["--context", $0] } ?? [])
            + ["--namespace", pod.namespace, "port-forward", "--address", "127.0.0.1", "pod/\(pod.pod)", ":\(port)"]
    }
}
