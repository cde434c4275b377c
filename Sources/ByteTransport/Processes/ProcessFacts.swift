internal import Glibc

/// What the kernel says of this process and its host.
package enum ProcessFacts {
    /// The variables of the process; where one stands twice, the last.
    package static func environment() -> [String: String] {
        var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        var count = 0
        while entry[count] != nil { count += 1 }
        // Growing by and by would hash every name three times.
        var environment = [String: String](minimumCapacity: count)
        while let text = entry.pointee {
            // Not by String's own search, which goes by characters and took a tenth of the program's start.
            if let equals = strchr(text, Int32(UInt8(ascii: "="))) {
                let name = UnsafeRawBufferPointer(start: text, count: equals - text)
                environment[String(decoding: name, as: UTF8.self)] = String(cString: equals + 1)
            }
            entry += 1
        }
        return environment
    }

    /// uname(2): what `hostname` prints.
    package static func hostName() -> String {
        var names = utsname()
        guard uname(&names) == 0 else { return "localhost" }
        return withUnsafeBytes(of: &names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
