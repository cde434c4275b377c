internal import COpenSSL

/// The bytes between a TLS connection and the stream below, as a BIO: what is read comes straight out of the caller's
/// buffer, what is written is collected for one write.
final class TLSChannel {
    /// Records from the peer that are not read yet. Set for one call of the engine; the memory is the caller's.
    var inbound = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Records for the peer.
    var outbound: [UInt8] = []

    /// Gives a connection its BIO, which the connection frees. This channel must outlive the connection.
    func attach(to connection: OpaquePointer) -> Bool {
        guard let method = channelMethod, let bio = BIO_new(method) else { return false }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        // One BIO for both directions takes one reference.
        SSL_set_bio(connection, bio, bio)
        return true
    }

    fileprivate func read(into buffer: UnsafeMutablePointer<CChar>, count: Int) -> Int {
        let taken = min(count, inbound.count)
        guard taken > 0, let start = inbound.baseAddress else { return 0 }
        UnsafeMutableRawPointer(buffer).copyMemory(from: start, byteCount: taken)
        inbound = UnsafeRawBufferPointer(rebasing: inbound[taken...])
        return taken
    }

    fileprivate static func of(_ bio: OpaquePointer) -> TLSChannel? {
        BIO_get_data(bio).map { Unmanaged<TLSChannel>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// Made once, never freed: every connection's BIO points at it.
nonisolated(unsafe) private let channelMethod: OpaquePointer? = {
    guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream") else { return nil }
    BIO_meth_set_read_ex(method) { bio, buffer, count, taken in
        guard let bio, let buffer, let channel = TLSChannel.of(bio) else { return 0 }
        cossl_bio_clear_retry(bio)
        let got = channel.read(into: buffer, count: count)
        taken?.pointee = got
        if got == 0 { cossl_bio_retry_read(bio) }
        return got == 0 ? 0 : 1
    }
    BIO_meth_set_write_ex(method) { bio, bytes, count, written in
        guard let bio, let bytes, let channel = TLSChannel.of(bio) else { return 0 }
        cossl_bio_clear_retry(bio)
        channel.outbound.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        written?.pointee = count
        return 1
    }
    BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
    return method
}()
