extension EPMDRequest {
    /// The longest that is read: a name of 255 characters of 4 bytes, and what stands beside it.
    package static let maximumBytes = 4096

    /// A request as epmd gets it.
    ///
    /// - Parameter body: the bytes behind the length.
    /// - Returns: nil for other requests (KILL, DUMP, STOP), and for what is none.
    package init?(body: [UInt8]) {
        guard let tag = body.first else { return nil }
        switch tag {
        case 122: self = .portPlease(alive: String(decoding: body.dropFirst(), as: UTF8.self))
        case 110 where body.count == 1: self = .names
        case 120:
            var reader = ByteReader(body.dropFirst())
            guard let registration = try? EPMDRegistration(from: &reader) else { return nil }
            self = .alive(registration)
        default: return nil
        }
    }
}
