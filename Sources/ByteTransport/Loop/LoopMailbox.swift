internal import CLinux
import Glibc
import Synchronization

/// How other threads reach a loop: they post actions, and the loop runs them on its own thread, in their order.
package final class LoopMailbox: Sendable {
    /// An eventfd(2): readable while something is posted.
    let descriptor: Int32
    private let posted = Mutex<[@Sendable () -> Void]>([])

    /// - Throws: `StreamClosure.system` when the kernel refuses a descriptor.
    init() throws(StreamClosure) {
        descriptor = linux_eventfd()
        guard descriptor >= 0 else { throw .system(call: "eventfd", errno: errno) }
    }

    deinit { close(descriptor) }

    /// Has the loop call `action`, once. May be called on any thread, also when the loop is gone: then nothing happens.
    package func post(_ action: @escaping @Sendable () -> Void) {
        let isFirst = posted.withLock { posted in
            posted.append(action)
            return posted.count == 1
        }
        // The first one wakes the loop; it takes all.
        var one: UInt64 = 1
        if isFirst { write(descriptor, &one, MemoryLayout<UInt64>.size) }
    }

    /// Runs what has been posted. Called on the loop's thread.
    func deliver() {
        var count: UInt64 = 0
        // Before the list is taken: what is posted from here on wakes the loop again.
        read(descriptor, &count, MemoryLayout<UInt64>.size)
        let batch = posted.withLock { posted in
            defer { posted = [] }
            return posted
        }
        for action in batch { action() }
    }
}

/// An object of the loop's thread, for a posted action to find it again.
///
/// Unchecked, as the compiler does not know threads: other threads only hand it on, and `object` is read in actions that
/// the loop runs. It does not keep the object alive, so that none ends on another thread.
package struct LoopReference<Object: AnyObject>: @unchecked Sendable {
    package private(set) weak var object: Object?

    package init(_ object: Object) { self.object = object }
}
