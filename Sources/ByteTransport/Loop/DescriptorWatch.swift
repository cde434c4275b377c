internal import CLinux

/// What a watch asks for, and what it is called with.
package struct DescriptorInterest: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let read = DescriptorInterest(rawValue: 1)
    package static let write = DescriptorInterest(rawValue: 2)
    /// Only a hang-up or an error: a pipe whose last reader has closed it. Alone it does not keep `EventLoop.run`
    /// going when nothing else is left.
    package static let failure = DescriptorInterest(rawValue: 4)

    /// The bits of epoll_ctl(2). EPOLLERR and EPOLLHUP need not be asked for.
    var epollEvents: UInt32 {
        (contains(.read) ? LINUX_EPOLLIN : 0) | (contains(.write) ? LINUX_EPOLLOUT : 0)
    }

    /// A hang-up and an error count as all three.
    init(epollEvents events: UInt32) {
        let isBroken = events & (LINUX_EPOLLERR | LINUX_EPOLLHUP) != 0
        self = isBroken ? [.read, .write, .failure] : []
        if events & LINUX_EPOLLIN != 0 { insert(.read) }
        if events & LINUX_EPOLLOUT != 0 { insert(.write) }
    }
}

/// A watched descriptor. `cancel` ends the watch; call it before the descriptor is closed.
package struct DescriptorHandle {
    let watch: DescriptorWatch

    /// It may change at any time. While it is empty, the descriptor is not looked at.
    package var interest: DescriptorInterest {
        get { watch.interest }
        nonmutating set {
            guard watch.interest != newValue, watch.handler != nil else { return }
            watch.interest = newValue
            watch.poller?.interestChanged(watch.descriptor)
        }
    }

    /// Whether `EventLoop.run` ends although this watch is left.
    var isBackground: Bool {
        get { watch.isBackground }
        nonmutating set { watch.isBackground = newValue }
    }

    /// Idempotent.
    package func cancel() {
        guard watch.handler != nil else { return }
        watch.handler = nil
        watch.interest = []
        watch.poller?.cancelled(watch)
        watch.poller = nil
    }
}

/// What the poller keeps of a watch; without a handler it is cancelled.
final class DescriptorWatch {
    let descriptor: Int32
    fileprivate(set) var interest: DescriptorInterest
    fileprivate(set) var handler: ((DescriptorInterest) -> Void)?
    fileprivate(set) var isBackground = false
    /// nil once the watch is cancelled, or the loop is gone.
    var poller: DescriptorPoller?

    init(
        descriptor: Int32, interest: DescriptorInterest, poller: DescriptorPoller,
        handler: @escaping (DescriptorInterest) -> Void
    ) {
        self.descriptor = descriptor
        self.interest = interest
        self.poller = poller
        self.handler = handler
    }
}
