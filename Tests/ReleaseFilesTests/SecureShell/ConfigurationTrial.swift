import ErlcluTestSupport
import Foundation

@testable import ReleaseFiles

/// Settings of SSH of this process's user, by ours and by OpenSSH's own program.
struct ConfigurationTrial {
    let folder: TemporaryDirectory
    var environment: [String: String] = ["SSH_AUTH_SOCK": "/tmp/agent.sock", "PLACE": "/srv/keys"]

    init() throws { folder = try TemporaryDirectory() }

    var user: SecureShellUser {
        var names = utsname()
        _ = uname(&names)
        let hostName = withUnsafeBytes(of: &names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return SecureShellUser.current(environment: environment, hostName: hostName)
    }

    /// - Returns: nil where the settings are refused.
    func ours(_ host: String, user name: String? = nil, port: Int? = nil) -> SecureShellSettings? {
        let resolver = SecureShellResolver(
            user: user, configuration: Sourced(folder.file("config"), .flag("-F")))
        return try? resolver.resolve(
            SecureShellResolver.Request(host: host, user: name, port: port, origin: .flag("--ssh")))
    }

    /// What `ssh -G` prints, by keyword; nil where it refuses the settings.
    func theirs(_ host: String, user name: String? = nil, port: Int? = nil) throws -> [String: [String]]? {
        let options = (name.map { ["-l", $0] } ?? []) + (port.map { ["-p", String($0)] } ?? [])
        let result = try CommandResult.of(
            "/usr/bin/ssh", ["-G", "-F", folder.file("config")] + options + ["--", host],
            environment: environment.mapValues { $0 })
        guard result.exitStatus == 0 else { return nil }
        var values: [String: [String]] = [:]
        for line in result.standardOutput.split(separator: "\n") {
            let keyword = line.prefix { $0 != " " }
            values[String(keyword), default: []].append(String(line.dropFirst(keyword.count + 1)))
        }
        return values
    }
}

extension SecureShellSettings {
    /// As `ssh -G` prints them.
    var printed: [String: [String]] {
        func word(_ isSet: Bool) -> String { isSet ? "yes" : "no" }
        var values: [String: [String]] = [
            "host": [destination], "hostname": [host.value], "user": [user.value], "port": [String(port.value)],
            "identitiesonly": [word(identitiesOnly.value)], "hashknownhosts": [word(hashesKnownHosts.value)],
            "userknownhostsfile": [userKnownHosts.value.joined(separator: " ")],
            "globalknownhostsfile": [globalKnownHosts.value.joined(separator: " ")],
        ]
        let checking: [StrictHostKeyChecking: String] = [.yes: "true", .off: "false"]
        values["stricthostkeychecking"] = [checking[strictness.value] ?? strictness.value.rawValue]
        if let hostKeyAlias { values["hostkeyalias"] = [hostKeyAlias.value] }
        if let hostKeyAlgorithms {
            values["hostkeyalgorithms"] = [hostKeyAlgorithms.value.names.joined(separator: ",")]
        }
        values["numberofpasswordprompts"] = [String(passwordPrompts.value)]
        if let revokedHostKeys { values["revokedhostkeys"] = [revokedHostKeys.value] }
        if let proxyCommand { values["proxycommand"] = [proxyCommand.value] }
        if !jumps.value.isEmpty {
            values["proxyjump"] = [jumps.value.map(\.description).joined(separator: ",")]
        }
        if !certificateFiles.isEmpty { values["certificatefile"] = certificateFiles.map(\.value.written) }
        values["identityfile"] = identityFiles.map(\.value.written)
        return values
    }
}
