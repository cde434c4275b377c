import Foundation
import Glibc

/// A certification authority made with the `openssl` program, in a directory that goes with it. Equal profiles are
/// issued once.
package final class CertificateAuthority: @unchecked Sendable {
    /// The one that the nodes of a test run trust.
    package static let trusted = Result { try CertificateAuthority(commonName: "erlclu test CA") }
    /// One that nobody trusts.
    package static let unknown = Result { try CertificateAuthority(commonName: "erlclu unknown CA") }

    package let certificateFile: String
    private let keyFile: String
    private let directory: TemporaryDirectory
    private let lock = NSLock()
    private var issued: [CertificateProfile: IssuedCertificate] = [:]

    /// - Parameter validity: its own; an expired authority's leaves fail at depth 1.
    package init(commonName: String, validity: CertificateProfile.Validity = .current) throws {
        directory = try TemporaryDirectory()
        certificateFile = directory.file("ca.pem")
        keyFile = directory.file("ca.key")
        try Self.makeKey(.p256, password: nil, at: keyFile)
        try sign(
            subject: commonName, key: keyFile, password: nil, validity: validity,
            extensions: ["basicConstraints = critical, CA:TRUE", "keyUsage = critical, keyCertSign, cRLSign"],
            as: "ca", selfSigned: true)
    }

    /// The shared authority's certificate for `profile`.
    package static func issue(_ profile: CertificateProfile = CertificateProfile()) throws -> IssuedCertificate {
        try trusted.get().issue(profile)
    }

    package func issue(_ profile: CertificateProfile = CertificateProfile()) throws -> IssuedCertificate {
        try lock.withLock {
            if let known = issued[profile] { return known }
            let name = "leaf\(issued.count)"
            let key = directory.file("\(name).key")
            try Self.makeKey(profile.keyType, password: profile.keyPassword, at: key)
            let names = profile.dnsNames.map { "DNS:\($0)" } + profile.addresses.map { "IP:\($0)" }
            var extensions = ["basicConstraints = CA:FALSE"]
            if !names.isEmpty { extensions.append("subjectAltName = \(names.joined(separator: ", "))") }
            if !profile.usages.isEmpty {
                extensions.append("extendedKeyUsage = \(profile.usages.map(\.rawValue).joined(separator: ", "))")
            }
            try sign(
                subject: profile.commonName, key: key, password: profile.keyPassword, validity: profile.validity,
                extensions: extensions, as: name, selfSigned: false)
            let certificate = IssuedCertificate(
                certificateFile: directory.file("\(name).pem"), keyFile: key, keyPassword: profile.keyPassword,
                authorityFile: certificateFile)
            issued[profile] = certificate
            return certificate
        }
    }

    /// A directory with this authority's CRL under the name that `ssl_crl_hash_dir` and OpenSSL look for, which lives as
    /// long as the authority.
    package func revocationDirectory(revoking revoked: [IssuedCertificate], named name: String) throws -> String {
        let path = directory.file(name)
        mkdir(path, 0o755)
        // Tests that share the authority do this at the same time: only the last step is on what they share.
        let mark = "\(name)\(UInt32.random(in: .min ... .max))"
        let index = try directory.write("", to: "\(mark).index")
        let configuration = try directory.write(
            "[ca]\ndefault_ca = i\n[i]\ndatabase = \(index)\ndefault_md = sha256\ndefault_crl_days = 30\n",
            to: "\(mark).cnf")
        let issuer = ["ca", "-config", configuration, "-cert", certificateFile, "-keyfile", keyFile]
        for certificate in revoked {
            try CommandResult.ofSuccessful("openssl", issuer + ["-revoke", certificate.certificateFile])
        }
        let list = directory.file("\(mark).pem")
        try CommandResult.ofSuccessful("openssl", issuer + ["-gencrl", "-out", list])
        let hash = try CommandResult.ofSuccessful("openssl", ["crl", "-hash", "-noout", "-in", list])
        rename(list, "\(path)/\(hash.standardOutput.prefix(8)).r0")
        return path
    }

    private static func makeKey(_ type: CertificateProfile.KeyType, password: String?, at path: String) throws {
        var arguments =
            switch type {
            case .p256: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
            case .rsa2048: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
            case .ed25519: ["-algorithm", "ED25519"]
            }
        if let password { arguments += ["-aes-256-cbc", "-pass", "pass:\(password)"] }
        try CommandResult.ofSuccessful("openssl", ["genpkey"] + arguments + ["-out", path])
        chmod(path, 0o600)
    }

    /// `openssl ca`, because `openssl x509 -req` takes no dates in OpenSSL 3.0. It needs a request, a database and a
    /// configuration, made anew for each certificate.
    private func sign(
        subject: String, key: String, password: String?, validity: CertificateProfile.Validity, extensions: [String],
        as name: String, selfSigned: Bool
    ) throws {
        let configuration = """
            [ca]
            default_ca = issuer
            [issuer]
            database = \(directory.file("\(name).index"))
            new_certs_dir = \(directory.path)
            rand_serial = yes
            default_md = \(key == keyFile ? "sha256" : "default")
            policy = any
            email_in_dn = no
            unique_subject = no
            copy_extensions = none
            [any]
            commonName = supplied
            [req]
            distinguished_name = empty
            [empty]
            [extensions]
            subjectKeyIdentifier = hash
            \(extensions.joined(separator: "\n"))
            """
        let configurationFile = try directory.write(configuration, to: "\(name).cnf")
        try directory.write("", to: "\(name).index")
        let request = directory.file("\(name).csr")
        let unlock = password.map { ["-passin", "pass:\($0)"] } ?? []
        try CommandResult.ofSuccessful(
            "openssl",
            ["req", "-new", "-config", configurationFile, "-subj", "/CN=\(subject)", "-key", key, "-out", request]
                + unlock)
        let (start, end) = validity.dates
        let issuer = selfSigned ? ["-selfsign"] : ["-cert", certificateFile]
        try CommandResult.ofSuccessful(
            "openssl",
            ["ca", "-batch", "-notext", "-config", configurationFile, "-extensions", "extensions", "-in", request]
                + ["-keyfile", keyFile, "-startdate", start, "-enddate", end]
                + ["-out", directory.file("\(name).pem")] + issuer)
    }
}

extension CertificateProfile.Validity {
    /// In the form that `openssl ca` takes.
    fileprivate var dates: (String, String) {
        switch self {
        case .current: (Self.date(daysFromNow: -1), Self.date(daysFromNow: 3650))
        case .expired: (Self.date(daysFromNow: -3), Self.date(daysFromNow: -2))
        case .notYet: (Self.date(daysFromNow: 2), Self.date(daysFromNow: 3650))
        case .days(let days): (Self.date(daysFromNow: -1), Self.date(daysFromNow: days))
        }
    }

    private static func date(daysFromNow days: Int) -> String {
        var moment = time(nil) + days * 86400
        var parts = tm()
        gmtime_r(&moment, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y%m%d%H%M%SZ", &parts)
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
