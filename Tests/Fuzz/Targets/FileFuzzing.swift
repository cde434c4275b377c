import ReleaseFiles

/// Promises about files of a release and of the user: what is wrong in them is said with the place.
enum FileFuzzing {
    private static let environment = [
        "HOME": "/home/u", "A": "a", "LOOP": "${LOOP}", "MORE": "${A}${A}", "NODE": "n@h", "COOKIE": "secret",
    ]

    static func arguments(_ input: [UInt8]) throws(FuzzFinding) {
        let files = OneFile(path: "/r/vm.args", bytes: input)
        for expanding in [nil, environment] {
            guard
                let arguments = try checked({ () throws(SettingsError) in
                    try VMArguments.read("/r/vm.args", files, expanding: expanding, directories: ["/r"])
                })
            else { continue }
            let lines = input.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
            for flag in arguments.flags where expanding == nil {
                try FuzzFinding.check((1...lines).contains(flag.name.line), "\(flag.name) is on no line of the file")
            }
        }
        var flags = SettingsFlags()
        flags.vmArguments = "/r/vm.args"
        try resolve(flags, files)
    }

    static func environmentScript(_ input: [UInt8]) throws(FuzzFinding) {
        let script = EnvironmentScript(input, environment: environment)
        let lines = input.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        for (name, outcome) in script.outcomes {
            switch outcome {
            case .untouched: break
            case .value(_, let line, _), .absent(let line):
                try FuzzFinding.check((1...lines).contains(line), "\(name) is on no line of the file")
            case .unknown(let reason, let line):
                try FuzzFinding.check(!reason.isEmpty, "a value that is not known, without a reason")
                try FuzzFinding.check((1...lines).contains(line), "\(name) is on no line of the file")
            }
        }
    }

    static func optionFile(_ input: [UInt8]) throws(FuzzFinding) {
        let files = OneFile(path: "/r/ssl.conf", bytes: input)
        _ = try checked { () throws(SettingsError) in
            try DistributionOptionFile.read("/r/ssl.conf", files, directories: ["/r"])
        }
        var flags = SettingsFlags()
        flags.nodes = ["n@h"]
        flags.optfile = "/r/ssl.conf"
        try resolve(flags, files)
    }

    static func context(_ input: [UInt8]) throws(FuzzFinding) {
        let files = OneFile(path: "/home/u/erlclu.config", bytes: input)
        guard
            let file = try checked({ () throws(SettingsError) in
                try ContextFile(path: "/home/u/erlclu.config", files)
            })
        else { return }
        for name in file.contextNames.prefix(4) {
            var flags = SettingsFlags()
            flags.configuration = "/home/u/erlclu.config"
            flags.context = name
            try resolve(flags, files)
        }
    }

    private static func resolve(_ flags: SettingsFlags, _ files: OneFile) throws(FuzzFinding) {
        _ = try checked { () throws(SettingsError) in
            try SettingsResolver(flags: flags, environment: environment, files: files, hostName: "box.example.org")
                .resolve()
        }
    }

    /// - Returns: nil for what is refused, with a reason.
    private static func checked<Value>(
        _ read: () throws(SettingsError) -> Value
    ) throws(FuzzFinding) -> Value? {
        do throws(SettingsError) {
            return try read()
        } catch {
            try FuzzFinding.check(!error.message.isEmpty, "an error without words")
            return nil
        }
    }
}

/// The only file there is; everything else is missing.
private struct OneFile: FileSource {
    let path: String
    let bytes: [UInt8]

    func read(_ path: String) throws(FileFailure) -> [UInt8] {
        guard path == self.path else { throw FileFailure(path: path, errno: 2) }
        return bytes
    }

    func status(_ path: String) -> FileStatus? {
        path == self.path ? FileStatus(isRegular: true, isDirectory: false, permissions: 0o600) : nil
    }

    func entries(of directory: String) -> [String] { [] }
}
