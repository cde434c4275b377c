/// Where a stream's bytes end up.
package protocol ByteSink: AnyObject {
    /// Writes all of `bytes`, waiting if it must.
    /// - Returns: 0, or the errno of what went wrong.
    func write(_ bytes: [UInt8]) -> Int32
}
