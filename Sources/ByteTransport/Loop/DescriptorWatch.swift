import Glibc

package struct DescriptorInterest: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let read = DescriptorInterest(rawValue: 1)
    package static let write = DescriptorInterest(rawValue: 2)

    var pollEvents: Int16 {
        (contains(.read) ? Int16(POLLIN) : 0) | (contains(.write) ? Int16(POLLOUT) : 0)
    }

    /// A hang-up, an error and a closed descriptor count as both.
    init(pollEvents events: Int16) {
        let broken = events & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
        self = []
        if broken || events & Int16(POLLIN) != 0 { insert(.read) }
        if broken || events & Int16(POLLOUT) != 0 { insert(.write) }
    }
}

/// A watched descriptor; `interest` may change at any time, `cancel` ends it. Cancel before the descriptor is closed.
package struct DescriptorHandle {
    let watch: DescriptorWatch

    package var interest: DescriptorInterest {
        get { watch.interest }
        nonmutating set { watch.interest = newValue }
    }

    package func cancel() {
        watch.handler = nil
        watch.interest = []
    }
}

/// What the loop keeps of a watched descriptor; without a handler it is cancelled.
final class DescriptorWatch {
    let descriptor: Int32
    var interest: DescriptorInterest
    var handler: ((DescriptorInterest) -> Void)?

    init(descriptor: Int32, interest: DescriptorInterest, handler: @escaping (DescriptorInterest) -> Void) {
        self.descriptor = descriptor
        self.interest = interest
        self.handler = handler
    }
}
