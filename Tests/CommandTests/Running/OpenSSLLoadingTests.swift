import ErlcluTestSupport
import Foundation
import Testing

/// OpenSSL is loaded when TLS is first used, and its absence is a clear message.
@Suite(.waiting) struct OpenSSLLoadingTests {
    @Test func binaryNamesNoLibraryOfOpenSSL() throws {
        let needed = try CommandResult.ofSuccessful("ldd", [BuiltProduct.tool]).standardOutput
        #expect(needed.contains("libc.so"))
        #expect(!needed.contains("libssl") && !needed.contains("libcrypto"))
        let symbols = try CommandResult.ofSuccessful("nm", ["-D", BuiltProduct.tool]).standardOutput
        #expect(symbols.contains(" dlopen"))
        #expect(!symbols.contains("SSL_new") && !symbols.contains("X509_free"))
    }

    @Test func onlyACommandThatUsesTLSLoadsIt() throws {
        // The dynamic linker reports on stderr which files it looks for.
        let log = ["LD_DEBUG": "libs"]
        let tcp = try ping(transport: "tcp", environment: log)
        #expect(tcp.standardError.contains("find library=libc.so"))
        #expect(!tcp.standardError.contains("libssl"))
        let tls = try ping(transport: "tls", environment: log)
        #expect(tls.standardError.contains("find library=libssl.so.3"))
        #expect(tls.exitStatus == 69, "OpenSSL is there: nothing listens at the port")
    }

    @Test func theNextMajorReleaseIsTriedWhenTheFirstCannotBeLoaded() throws {
        let directory = try TemporaryDirectory()
        // The log of the dynamic linker has "calling init: /lib/x86_64-linux-gnu/libssl.so.3".
        let log = try ping(transport: "tls", environment: ["LD_DEBUG": "files"]).standardError
        let line = log.split(separator: "\n").first { $0.contains("calling init: ") && $0.contains("/libssl.so.3") }
        let real = try #require(line?.split(separator: " ").last)
        try directory.write("", to: "libssl.so.3")
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("libssl.so.4"), withDestinationPath: String(real))
        let result = try ping(transport: "tls", environment: ["LD_LIBRARY_PATH": directory.path])
        #expect(result.exitStatus == 69, "\(result.standardError)")
    }

    @Test func missingLibraryIsReportedWithItsPackages() throws {
        let directory = try TemporaryDirectory()
        // The dynamic linker looks no further when it has found a file that is no library.
        for name in ["libssl.so.3", "libssl.so.4"] { try directory.write("", to: name) }
        let result = try ping(transport: "tls", environment: ["LD_LIBRARY_PATH": directory.path])
        #expect(result.exitStatus == 78)
        #expect(
            result.standardError.contains(
                "TLS is not possible: OpenSSL cannot be loaded: \(directory.path)/libssl.so.3: file too short; "
                    + "\(directory.path)/libssl.so.4: file too short"))
        #expect(
            result.standardError.contains(
                "remedy: install the package libssl3 (Debian), openssl-libs (Fedora) or libssl3 (Alpine)"))
    }

    @Test func missingFunctionIsReportedWithItsPackages() throws {
        let directory = try TemporaryDirectory()
        // Another library under the name: "libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x...)".
        let line = try CommandResult.ofSuccessful("ldd", [BuiltProduct.tool]).standardOutput
            .split(separator: "\n").first { $0.contains("libm.so.6") }
        let other = try #require(line?.split(separator: " ").first { $0.hasPrefix("/") })
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("libssl.so.3"), withDestinationPath: String(other))
        try directory.write("", to: "libssl.so.4")
        let result = try ping(transport: "tls", environment: ["LD_LIBRARY_PATH": directory.path])
        #expect(result.exitStatus == 78)
        #expect(result.standardError.contains("OpenSSL cannot be loaded: "))
        #expect(result.standardError.contains("undefined symbol: ASN1_"))
        #expect(
            result.standardError.contains(
                "remedy: update the package libssl3 (Debian), openssl-libs (Fedora) or libssl3 (Alpine)"))
    }

    /// Nothing listens at port 1 of this machine.
    private func ping(transport: String, environment: [String: String?]) throws -> CommandResult {
        let directory = try TemporaryDirectory()
        let cookie = try directory.write("abc", to: "cookie")
        return try CommandResult.of(
            BuiltProduct.tool,
            [
                "ping", "--transport", transport, "--insecure", "--cookie-file", cookie,
                "-n", "absent@127.0.0.1", "--address", "127.0.0.1:1",
            ],
            environment: environment)
    }
}
