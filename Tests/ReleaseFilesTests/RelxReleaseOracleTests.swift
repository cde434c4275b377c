import ErlcluTestSupport
import Testing

@testable import ReleaseFiles

/// relx's own start script writes `vm.args` from `vm.args.src`.
@Suite struct RelxReleaseOracleTests {
    @Test func variablesAreThoseOfTheScript() throws {
        let project = try TemporaryDirectory()
        try project.write(
            "{application, shop, [{vsn, \"1.4.2\"}, {applications, [kernel, stdlib]}]}.\n", to: "src/shop.app.src")
        try project.write(
            "{relx, [{release, {shop, \"1.4.2\"}, [shop, sasl]}, {dev_mode, false}, {include_erts, true}, "
                + "{vm_args_src, \"vm.args.src\"}]}.\n", to: "rebar.config")
        let names = [
            "ROOTDIR", "BINDIR", "EMU", "PROGNAME", "REL_NAME", "RELEASE_NAME", "RELEASE_VSN", "RELEASE_PROG",
            "ESCRIPT_NAME", "RELX_RPC_TIMEOUT", "RUN_ERL_DISABLE_FLOWCNTRL", "LD_LIBRARY_PATH", "RELEASE_ROOT_DIR",
            "SHOP_HOST", "NOTHING:-none",
        ]
        let values = names.map { "\"\($0)=${\($0)}\"" }.joined(separator: "\n  ")
        try project.write("-name shop@${SHOP_HOST}\n-setcookie c\n-shop \(values)\n", to: "vm.args.src")
        var environment: [String: String?] = ["HOME": project.path, "SHOP_HOST": "127.0.0.1", "RELX_RPC_TIMEOUT": "5"]
        try CommandResult.ofSuccessful("rebar3", ["release"], environment: environment, directory: project.path)
        let root = project.file("_build/default/rel/shop")
        // The script sets it without exporting it.
        environment["RELEASE_ROOT_DIR"] = root
        let ping = try CommandResult.of("\(root)/bin/shop", ["ping"], environment: environment)
        #expect(ping.standardOutput == "Node is not running!\n")
        let written = try VMArguments.read("\(root)/releases/1.4.2/vm.args", SystemFiles())
        let given = ["SHOP_HOST": "127.0.0.1", "RELX_RPC_TIMEOUT": "5"]
        let release = try ReleaseDirectory(root, SystemFiles(), environment: given)
        let ours = try #require(try release.virtualMachineArguments())
        #expect(ours.files == ["\(root)/releases/1.4.2/vm.args.src"])
        #expect(ours.flags.map { $0.values.map(\.text) } == written.flags.map { $0.values.map(\.text) })
        #expect(written.values(of: "shop").first?.count == names.count)
    }
}
