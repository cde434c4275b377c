import Foundation

/// Certificates made by the openssl command in a directory of its own, which goes with this object.
final class CertificateMaker {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "transport-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try authority("ca", "/CN=test ca")
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String) -> String { directory.appending(path: name).path }

    /// A self-signed CA in NAME.pem and NAME.key.
    func authority(_ name: String, _ subject: String) throws {
        try openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-subj", subject, "-keyout", path("\(name).key"), "-out", path("\(name).pem"),
        ])
    }

    /// A leaf in NAME.pem and NAME.key.
    /// - Parameters:
    ///   - alternatives: the subjectAltName's value; nil leaves the extension out.
    ///   - from, until: seconds from now.
    func leaf(
        _ name: String, subject: String = "/CN=node", alternatives: String? = "DNS:localhost,IP:127.0.0.1",
        usage: String? = "serverAuth,clientAuth", from: TimeInterval = -3600, until: TimeInterval = 86_400,
        authority: String = "ca"
    ) throws {
        var extensions = "basicConstraints=CA:FALSE\n"
        if let alternatives { extensions += "subjectAltName=\(alternatives)\n" }
        if let usage { extensions += "extendedKeyUsage=\(usage)\n" }
        let configuration = """
            [ca]
            default_ca=d
            [d]
            database=\(path("\(name).index"))
            rand_serial=yes
            new_certs_dir=\(directory.path)
            default_md=sha256
            policy=p
            x509_extensions=e
            unique_subject=no
            [p]
            commonName=supplied
            [e]
            \(extensions)
            """
        try configuration.write(toFile: path("\(name).cnf"), atomically: true, encoding: .utf8)
        try "".write(toFile: path("\(name).index"), atomically: true, encoding: .utf8)
        try openssl([
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
            "-keyout", path("\(name).key"), "-out", path("\(name).csr"),
        ])
        try openssl([
            "ca", "-batch", "-notext", "-utf8", "-config", path("\(name).cnf"), "-cert", path("\(authority).pem"),
            "-keyfile", path("\(authority).key"), "-startdate", Self.stamp(from), "-enddate", Self.stamp(until),
            "-in", path("\(name).csr"), "-out", path("\(name).pem"),
        ])
    }

    func openssl(_ arguments: [String]) throws {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus != 0 {
            throw CommandFailed(
                text: "openssl \(arguments.joined(separator: " ")): \(String(decoding: text, as: UTF8.self))")
        }
    }

    struct CommandFailed: Error { let text: String }

    private static func stamp(_ offset: TimeInterval) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "yyyyMMddHHmmss'Z'"
        return formatter.string(from: Date(timeIntervalSinceNow: offset))
    }
}
