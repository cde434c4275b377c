/// Bytes that must not be shown: a cookie, a key's passphrase. Whatever prints one prints `<secret>`.
///
/// Not `Hashable` on purpose: equality would compare in a time that depends on the bytes.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself, for the code that hashes or sends it; for nobody who prints.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }
    /// The UTF-8 bytes of `text`.
    package init(_ text: String) { self.bytes = Array(text.utf8) }

    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    /// Without it `dump` and the string of an enclosing value would show the bytes.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
