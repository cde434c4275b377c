import Glibc

/// How many descriptors this process may have open, and what part of them those get that nobody knows yet.
enum DescriptorLimit {
    /// Asks for as many as the process may have: the usual soft limit of 1024 is for programs that use select(2).
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// At most so many, and a fifth of all: arrivals, HTTP, those who ask epmd, and names in it together cannot take what
    /// links and probes need.
    static func share(of wanted: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return min(wanted, 300) }
        return max(16, min(wanted, Int(clamping: limit.rlim_cur) / 5))
    }
}
