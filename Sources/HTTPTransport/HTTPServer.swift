package import ByteTransport
internal import CLibraryLoader
internal import CMicroHTTPD
internal import Glibc

/// Answers GET and HEAD with short texts. libmicrohttpd reads the requests, on the loop of its user: there is no thread,
/// and a peer that is slow holds up nobody.
package final class HTTPServer {
    package struct Response: Hashable, Sendable {
        package var status: Int
        package var type: String
        package var body: [UInt8]

        package init(_ status: Int, type: String = "text/plain; charset=utf-8", _ text: String) {
            self.status = status
            self.type = type
            body = Array(text.utf8)
        }
    }

    package enum Failure: Error, Hashable, Sendable {
        /// libmicrohttpd cannot be used: a phrase, and what to install.
        case libraryMissing(String, remedy: String)
        case cannotListen(errno: Int32)
    }

    /// Seconds until a connection on which nothing moves is closed.
    private static let idleSeconds: UInt32 = 5

    private let loop: EventLoop
    private let answer: (_ path: String) -> Response
    private var server: OpaquePointer?
    private var watch: DescriptorHandle?
    private var timer: TimerHandle?
    /// What the last answer was made of: libmicrohttpd copies it when the callback has returned.
    private var body: [UInt8] = []
    private var type: [CChar] = []

    /// - Parameters:
    ///   - connections: at a time; the one that has been longest without a request makes room for the next. Each has at
    ///     most 8 KiB for its request.
    ///   - answer: is called on the loop for each request, with its path.
    package init(
        _ address: SocketAddress, connections: Int, on loop: EventLoop, answer: @escaping (_ path: String) -> Response
    ) throws(Failure) {
        let failure = library_load(cmicrohttpd_library())
        if let problem = failure.problem, let remedy = failure.remedy {
            throw .libraryMissing(String(cString: problem), remedy: String(cString: remedy))
        }
        self.loop = loop
        self.answer = answer
        let context = Unmanaged.passUnretained(self).toOpaque()
        server = address.withSystemForm { form, _ in
            cmicrohttpd_start(
                form, UInt32(clamping: connections), Self.idleSeconds, { $0.map { HTTPServer.of($0) }?.fill($1, $2) },
                context)
        }
        guard let server else { throw .cannotListen(errno: errno) }
        watch = loop.watch(cmicrohttpd_descriptor(server), for: .read) { [weak self] _ in self?.run() }
    }

    deinit { close() }

    /// The port that it listens on.
    package var port: UInt16 { server.map { UInt16(clamping: cmicrohttpd_port($0)) } ?? 0 }

    /// Closes all connections. Idempotent.
    package func close() {
        guard let server else { return }
        self.server = nil
        watch?.cancel()
        timer?.cancel()
        cmicrohttpd_stop(server)
    }

    private func run() {
        guard let server else { return }
        cmicrohttpd_run(server)
        timer?.cancel()
        let milliseconds = cmicrohttpd_timeout(server)
        guard milliseconds >= 0 else { return }
        timer = loop.schedule(at: .now + .milliseconds(max(milliseconds, 1))) { [weak self] in self?.run() }
    }

    /// The context of a callback. It is not retained: the server is stopped before this object goes.
    private static func of(_ context: UnsafeMutableRawPointer) -> HTTPServer {
        Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    }

    private func fill(_ path: UnsafePointer<CChar>?, _ response: UnsafeMutablePointer<cmicrohttpd_response>?) {
        guard let path, let response else { return }
        let made = answer(String(cString: path))
        body = made.body
        type = Array(made.type.utf8CString)
        response.pointee.status = Int32(clamping: made.status)
        // Safe: both arrays are kept, and not changed, until the next call, and C reads them before that.
        response.pointee.count = body.count
        body.withUnsafeBufferPointer { response.pointee.bytes = UnsafeRawPointer($0.baseAddress) }
        type.withUnsafeBufferPointer { response.pointee.type = $0.baseAddress }
    }
}
