internal import CLinux
import Glibc

/// The descriptors that a loop waits for: one epoll(7) instance, level-triggered.
///
/// The kernel has one registration for each descriptor number; several watches of one number share it. A changed
/// interest reaches the kernel before the next wait: a stream that changes it twice in a batch costs one system call.
final class DescriptorPoller {
    /// What is known of one descriptor number.
    private struct Slot {
        var watches: [DescriptorWatch] = []
        /// The interest that the kernel has; nil without a registration.
        var registered: DescriptorInterest?
        /// Which registration of this number it is. An event of another one is for a file that is not watched any more.
        var generation: UInt32 = 0
        /// A watch is new. Its file may be another one under the same number, so the kernel is asked in any case.
        var hasNewWatch = false
        var isChanged = false
        /// epoll refuses regular files and `/dev/null` (EPERM). Nobody has to wait for them.
        var isAlwaysReady = false

        var interest: DescriptorInterest { watches.reduce(into: []) { $0.formUnion($1.interest) } }
    }

    private static let eventLimit: Int32 = 128

    /// -1 until it is needed, and where the process has no descriptor left for it.
    private var epoll: Int32 = -1
    /// By descriptor number; the kernel always gives out the lowest free one.
    private var slots: [Slot] = []
    private var changed: [Int32] = []
    private var alwaysReady: [Int32] = []
    private lazy var events: UnsafeMutablePointer<linux_epoll_event> = {
        hasEvents = true
        return UnsafeMutablePointer<linux_epoll_event>.allocate(capacity: Int(Self.eventLimit))
    }()
    private var hasEvents = false
    private var eventCount = 0

    /// The loop is gone: lets go of all watches.
    func close() {
        for slot in slots {
            for watch in slot.watches { DescriptorHandle(watch: watch).cancel() }
        }
        if epoll >= 0 { Glibc.close(epoll) }
        epoll = -1
        if hasEvents { events.deallocate() }
        hasEvents = false
    }

    /// Whether any watch waits for data or for room.
    var isWaiting: Bool {
        slots.contains { slot in
            slot.watches.contains { !$0.isBackground && !$0.interest.isDisjoint(with: [.read, .write]) }
        }
    }

    /// Whether any descriptor is looked at.
    var isEmpty: Bool { !slots.contains { !$0.interest.isEmpty } }

    func add(_ watch: DescriptorWatch) {
        let index = Int(watch.descriptor)
        while slots.count <= index { slots.append(Slot()) }
        slots[index].watches.append(watch)
        slots[index].hasNewWatch = true
        interestChanged(watch.descriptor)
    }

    func interestChanged(_ descriptor: Int32) {
        guard !slots[Int(descriptor)].isChanged else { return }
        slots[Int(descriptor)].isChanged = true
        changed.append(descriptor)
    }

    /// The last registration ends at once, as the descriptor is about to be closed: where another process has a copy of
    /// it, the kernel would go on to report it.
    func cancelled(_ watch: DescriptorWatch) {
        let index = Int(watch.descriptor)
        slots[index].watches.removeAll { $0 === watch }
        if slots[index].interest.isEmpty { unregister(watch.descriptor) } else { interestChanged(watch.descriptor) }
    }

    // MARK: waiting

    /// Waits for events. `dispatch` delivers them.
    /// - Parameter milliseconds: at most; -1 for no limit.
    /// - Returns: whether there are any.
    func wait(_ milliseconds: Int32) -> Bool {
        applyChanges()
        var timeout = alwaysReady.isEmpty ? milliseconds : 0
        // The kernel was short of something: it is asked again in a moment.
        if !changed.isEmpty, timeout < 0 || timeout > 10 { timeout = 10 }
        guard epoll >= 0 else {
            if timeout != 0 { poll(nil, 0, timeout) }
            return !alwaysReady.isEmpty
        }
        eventCount = max(0, Int(linux_epoll_wait(epoll, events, Self.eventLimit, timeout)))
        if (0..<eventCount).contains(where: { isStale(events[$0].data) }) { registerAnew() }
        return eventCount > 0 || !alwaysReady.isEmpty
    }

    func dispatch() {
        let count = eventCount
        eventCount = 0
        for index in 0..<count {
            let event = events[index]
            // A handler of this batch may have closed the descriptor.
            guard !isStale(event.data) else { continue }
            call(Self.descriptor(event.data), DescriptorInterest(epollEvents: event.events))
        }
        if !alwaysReady.isEmpty {
            for descriptor in alwaysReady { call(descriptor, [.read, .write]) }
        }
    }

    private func call(_ descriptor: Int32, _ ready: DescriptorInterest) {
        for watch in slots[Int(descriptor)].watches {
            // An earlier handler may have changed the interest.
            let wanted = ready.intersection(watch.interest)
            if !wanted.isEmpty { watch.handler?(wanted) }
        }
    }

    // MARK: registrations

    private static func data(_ descriptor: Int32, _ generation: UInt32) -> UInt64 {
        UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    private static func descriptor(_ data: UInt64) -> Int32 { Int32(truncatingIfNeeded: data) }

    private func isStale(_ data: UInt64) -> Bool {
        slots[Int(Self.descriptor(data))].generation != UInt32(truncatingIfNeeded: data >> 32)
    }

    private func applyChanges() {
        guard !changed.isEmpty else { return }
        if epoll < 0 { epoll = linux_epoll_create() }
        guard epoll >= 0 else { return }
        let batch = changed
        changed.removeAll(keepingCapacity: true)
        for descriptor in batch { apply(descriptor) }
    }

    private func apply(_ descriptor: Int32) {
        let index = Int(descriptor)
        slots[index].isChanged = false
        let isNew = slots[index].hasNewWatch
        slots[index].hasNewWatch = false
        let wanted = slots[index].interest
        if wanted.isEmpty { return unregister(descriptor) }
        if slots[index].isAlwaysReady {
            if !isNew { return }
            unregister(descriptor)
        }
        if let registered = slots[index].registered {
            if registered == wanted, !isNew { return }
            if control(LINUX_EPOLL_CTL_MOD, descriptor, wanted) {
                slots[index].registered = wanted
                return
            }
            // Closed meanwhile. The number may be another file's.
            slots[index].registered = nil
        }
        slots[index].generation &+= 1
        if control(LINUX_EPOLL_CTL_ADD, descriptor, wanted) {
            slots[index].registered = wanted
        } else if errno == ENOSPC || errno == ENOMEM {
            interestChanged(descriptor)
        } else {
            // What is wrong with the descriptor, if anything is, the next system call of its user reports.
            slots[index].isAlwaysReady = true
            alwaysReady.append(descriptor)
        }
    }

    /// - Returns: whether the kernel has done it; otherwise errno says why not.
    private func control(_ operation: Int32, _ descriptor: Int32, _ wanted: DescriptorInterest) -> Bool {
        let data = Self.data(descriptor, slots[Int(descriptor)].generation)
        return linux_epoll_control(epoll, operation, descriptor, wanted.epollEvents, data) == 0
    }

    private func unregister(_ descriptor: Int32) {
        let index = Int(descriptor)
        if slots[index].isAlwaysReady {
            slots[index].isAlwaysReady = false
            alwaysReady.removeAll { $0 == descriptor }
        }
        guard slots[index].registered != nil else { return }
        slots[index].registered = nil
        slots[index].generation &+= 1
        _ = control(LINUX_EPOLL_CTL_DEL, descriptor, [])
    }

    /// An event came for a descriptor that was closed before its watch was cancelled, while another process has a copy
    /// of it. epoll cannot forget such a file by its number, and would report it for ever.
    private func registerAnew() {
        Glibc.close(epoll)
        epoll = -1
        for index in slots.indices {
            slots[index].registered = nil
            if !slots[index].watches.isEmpty { interestChanged(Int32(index)) }
        }
    }
}
