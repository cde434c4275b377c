import Glibc

/// Descriptors 0, 1 and 2.
package enum StandardDescriptors {
    /// Opens `/dev/null` in the place of each that the caller has closed. Otherwise the first socket becomes standard
    /// output, and the node reads our results as distribution messages.
    ///
    /// It must run before anything else opens a descriptor.
    package static func fill() {
        for descriptor in STDIN_FILENO...STDERR_FILENO {
            while fcntl(descriptor, F_GETFD) == -1 {
                // The lowest free number is given out: this one, as those below it are taken.
                if open("/dev/null", O_RDWR) == -1 { return }
            }
        }
    }
}
