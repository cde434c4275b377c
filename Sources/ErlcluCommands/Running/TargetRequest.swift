package import ByteTransport
package import ErlangNode
package import ErlangTerm

/// What the command line says of the target; nil where it is silent and the other sources of settings decide.
package struct TargetRequest: Sendable {
    package var nodes: [String] = []
    package var context: String?
    package var transport: String?
    package var address: Endpoint?
    /// `none`, or `HOST:PORT`.
    package var epmd: String?
    package var optfile: String?
    package var authorities: String?
    package var certificate: String?
    package var key: String?
    package var serverName: String?
    package var isInsecure = false
    package var cookieFile: String?
    package var cookieVariable: String?
    /// `-setcookie`.
    package var cookie: Secret?
    package var release: String?
    package var vmArguments: String?
    package var keyLog: String?
    /// How long the whole command may take, and when that is over; nil without a limit.
    package var timeout: Duration?
    package var deadline: Instant?

    package init() {}

    init(_ options: ParsedOptions, timeout: Duration?, deadline: Instant?) {
        nodes = options.values(.node)
        context = options.value(.context)
        transport = options.value(.transport)
        address = options.value(.address).flatMap { Endpoint($0) }
        epmd = options.value(.epmd)
        optfile = options.value(.optfile)
        authorities = options.value(.ca)
        certificate = options.value(.cert)
        key = options.value(.key)
        serverName = options.value(.serverName)
        isInsecure = options.contains(.insecure)
        cookieFile = options.value(.cookieFile)
        cookieVariable = options.value(.cookieEnv)
        cookie = options.value(.setcookie).map { Secret($0) }
        release = options.value(.release)
        vmArguments = options.value(.vmArgs)
        keyLog = options.value(.keylog)
        self.timeout = timeout
        self.deadline = deadline
    }
}

/// One line of `config view`.
package struct SettingRow: Hashable, Sendable {
    package var name: String
    package var value: String
    /// `--node`, `ERLCLU_NODE`, `context prod`, a file with its line, `default`.
    package var origin: String

    package init(name: String, value: String, origin: String) {
        self.name = name
        self.value = value
        self.origin = origin
    }
}
