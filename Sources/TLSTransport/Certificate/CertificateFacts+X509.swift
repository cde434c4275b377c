internal import ByteTransport
internal import COpenSSL
import Diagnosis
internal import Glibc

extension CertificateFacts {
    /// `x509` is the caller's.
    init(x509: OpaquePointer) {
        let names = Self.alternativeNames(x509)
        self.init(
            subject: Self.text(of: X509_get_subject_name(x509)), issuer: Self.text(of: X509_get_issuer_name(x509)),
            serial: Self.serial(x509), notBefore: Self.seconds(X509_get0_notBefore(x509)),
            notAfter: Self.seconds(X509_get0_notAfter(x509)), dnsNames: names.dns, ipAddresses: names.ip,
            extendedKeyUsage: Self.extendedKeyUsage(x509), fingerprint: Self.fingerprint(x509))
        LibraryErrors.clear()
    }

    /// A distinguished name in RFC 2253 form, UTF-8.
    static func text(of name: OpaquePointer?) -> String {
        guard let name, let bio = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(bio) }
        cossl_name_print(bio, name)
        var start: UnsafePointer<CChar>?
        let count = cossl_bio_mem_data(bio, &start)
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func serial(_ x509: OpaquePointer) -> String {
        guard let number = X509_get0_serialNumber(x509) else { return "" }
        let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(number), count: Int(ASN1_STRING_length(number)))
        return hex(bytes)
    }

    /// 0 for a time that is none.
    static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return timegm(&parts)
    }

    private static func alternativeNames(_ x509: OpaquePointer) -> (dns: [String], ip: [String]) {
        var dns: [String] = []
        var ip: [String] = []
        guard let raw = X509_get_ext_d2i(x509, NID_subject_alt_name, nil, nil) else { return (dns, ip) }
        let names = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(names) }
        for index in 0..<cossl_names_count(names) {
            var start: UnsafePointer<UInt8>?
            var count: Int32 = 0
            let kind = cossl_names_at(names, index, &start, &count)
            let bytes = UnsafeBufferPointer(start: start, count: Int(count))
            if kind == GEN_DNS {
                dns.append(String(decoding: bytes, as: UTF8.self))
            } else if kind == GEN_IPADD {
                ip.append(address(Array(bytes)))
            }
        }
        return (dns, ip)
    }

    /// An iPAddress as people write it; its hex form when it has neither 4 nor 16 bytes.
    private static func address(_ bytes: [UInt8]) -> String {
        guard bytes.count == 4 || bytes.count == 16 else { return hex(bytes) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func extendedKeyUsage(_ x509: OpaquePointer) -> [String]? {
        guard let raw = X509_get_ext_d2i(x509, NID_ext_key_usage, nil, nil) else { return nil }
        let usages = OpaquePointer(raw)
        defer { EXTENDED_KEY_USAGE_free(usages) }
        return (0..<cossl_usages_count(usages)).map { index in
            let usage = cossl_usages_at(usages, index)
            switch OBJ_obj2nid(usage) {
            case NID_server_auth: return "serverAuth"
            case NID_client_auth: return "clientAuth"
            default:
                var text = [CChar](repeating: 0, count: 128)
                OBJ_obj2txt(&text, Int32(text.count), usage, 1)
                return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            }
        }
    }

    /// Nil for a key of a kind that the library does not know.
    static func keyType(_ x509: OpaquePointer) -> String? {
        defer { LibraryErrors.clear() }
        guard let key = X509_get0_pubkey(x509), let name = EVP_PKEY_get0_type_name(key) else { return nil }
        return "\(String(cString: name)) \(EVP_PKEY_get_bits(key))"
    }

    private static func fingerprint(_ x509: OpaquePointer) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard X509_digest(x509, EVP_sha256(), &digest, &count) == 1 else { return "" }
        return hex(digest)
    }
}
