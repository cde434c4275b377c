import Foundation
import Glibc

/// Answers GET requests with documents of a test.
package final class HTTPServer: Sendable {
    package var port: UInt16 { server.port }
    private let server: TCPServer

    /// - Parameter answer: the status and the body for a path, without what follows a question mark.
    package init(_ answer: @escaping @Sendable (_ path: String) -> (status: Int, body: String)) throws {
        server = try TCPServer { connection in
            var request: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while !request.contains(subsequence: Array("\r\n\r\n".utf8)) {
                let count = recv(connection, &buffer, buffer.count, 0)
                guard count > 0, request.count < 1 << 16 else { return }
                request += buffer[..<count]
            }
            let words = String(decoding: request, as: UTF8.self).split(separator: " ", maxSplits: 2)
            guard words.count > 1, let path = words[1].split(separator: "?").first else { return }
            let (status, body) = answer(String(path))
            let head =
                "HTTP/1.1 \(status) \r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                + "Connection: close\r\n\r\n"
            writeAll(Array((head + body).utf8), to: connection)
        }
    }

    package func stop() { server.stop() }
}
