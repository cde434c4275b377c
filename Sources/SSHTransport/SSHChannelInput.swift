internal import ByteTransport
internal import CLibSSH

/// What a host sends through one channel. It is taken from libssh in the moment when it comes: once the host has said
/// goodbye, libssh gives away nothing that it still holds.
final class SSHChannelInput {
    /// Of what is not taken here, libssh keeps a window, 1.25 MiB. Who sends more does not keep to it.
    private static let limit = 8 * 1024 * 1024

    private enum Use {
        /// libssh keeps it, and its window stops the host.
        case left
        case taken
        /// Nobody wants it any more.
        case dropped
    }

    private let callbacks: UnsafeMutablePointer<ssh_channel_callbacks_struct>
    private var use = Use.left
    private var arrived: [UInt8] = []
    /// A copy of what libssh keeps: once the session has ended, it gives nothing of that away.
    private var kept: [UInt8] = []
    private var complaints = OutputTail()
    /// How often something was taken.
    private(set) var arrivals = 0
    /// Whether libssh holds more than a host may send that keeps to its window.
    private(set) var isOverrun = false

    /// - Parameter handle: keeps it, because libssh calls it until the session is over.
    init(of channel: OpaquePointer, _ handle: SSHHandle) {
        callbacks = .allocate(capacity: 1)
        callbacks.initialize(to: ssh_channel_callbacks_struct())
        callbacks.pointee.size = MemoryLayout<ssh_channel_callbacks_struct>.size
        callbacks.pointee.userdata = Unmanaged.passUnretained(self).toOpaque()
        callbacks.pointee.channel_data_function = { _, _, bytes, count, isError, owner in
            guard let owner else { return 0 }
            let input = Unmanaged<SSHChannelInput>.fromOpaque(owner).takeUnretainedValue()
            let held = UnsafeRawBufferPointer(start: bytes, count: Int(count))
            return Int32(clamping: input.came(held, isError: isError != 0))
        }
        handle.keep(self)
        ssh_set_channel_callbacks(channel, callbacks)
    }

    deinit { callbacks.deallocate() }

    var isEmpty: Bool { arrived.isEmpty }

    /// The last words on standard error, which is always taken.
    var lastWords: String { complaints.lastWords }

    /// Whether the bytes are taken from libssh.
    var isTaking: Bool {
        get { use == .taken }
        set { if use != .dropped { use = newValue ? .taken : .left } }
    }

    /// From now on all is dropped that comes; what has come stays.
    func drop() { use = .dropped }

    /// So many bytes were read from libssh.
    func wereRead(_ count: Int) { kept.removeFirst(min(count, kept.count)) }

    var hasRest: Bool { !arrived.isEmpty || !kept.isEmpty }

    /// All that has come and was not handed on, once libssh is not asked any more.
    func takeRest() -> [UInt8] {
        defer { kept = [] }
        return takeAll() + kept
    }

    /// Gives what has been taken, in order.
    func takeAll() -> [UInt8] {
        var bytes: [UInt8] = []
        swap(&bytes, &arrived)
        return bytes
    }

    /// - Parameter bytes: all that libssh holds for the channel, the new ones last.
    /// - Returns: how many of them it need not hold any more.
    private func came(_ bytes: UnsafeRawBufferPointer, isError: Bool) -> Int {
        if use == .dropped { return bytes.count }
        if isError {
            complaints.append(bytes)
        } else if use == .taken {
            kept = []
            arrived.append(contentsOf: bytes)
        } else {
            if bytes.count > Self.limit { isOverrun = true } else { kept += bytes.dropFirst(kept.count) }
            return 0
        }
        arrivals += 1
        return bytes.count
    }
}
