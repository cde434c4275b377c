import ErlcluTestSupport
import Foundation
import Testing

/// `status` of real nodes: limits, memory, alarms, links.
@Suite struct StatusTests {
    @Test(arguments: OTPRelease.available) func saysHowANodeIsDoing(release: OTPRelease) throws {
        let nodes = try (0..<2).map { _ in try ErlangNodeFixture(release: release) }
        let tool = try NodeTool(nodes[0])
        #expect(try nodes[0].evaluate("net_kernel:connect_node('\(nodes[1].name)')") == "true")
        #expect(try nodes[0].evaluate("whereis(alarm_handler)") == "undefined")
        let before = try tool.run("status", "-o", "json").items.first ?? [:]
        #expect(before["alarms"] is NSNull)
        let links = before["links"] as? [[String: Any]]
        #expect(links?.map { $0["peer"] as? String } == [nodes[1].name])
        #expect(links?.first?["bytes_out"] as? Int ?? 0 > 0)

        #expect(try nodes[0].evaluate("{ok, _} = application:ensure_all_started(sasl), ok") == "ok")
        #expect(try nodes[0].evaluate("alarm_handler:set_alarm({disk_almost_full, \"/data\"})") == "ok")
        let status = try tool.run("status", "-o", "json").items.first ?? [:]
        let alarms = status["alarms"] as? [[String: String]]
        #expect(alarms == [["id": "disk_almost_full", "description": "\"/data\""]])
        let limits = ["process_limit", "port_limit", "atom_limit", "ets_limit"]
        for limit in limits {
            #expect(try nodes[0].evaluate("erlang:system_info(\(limit))") == "\(status[limit] as? Int ?? 0)")
        }
        for use in ["processes", "ports", "atoms", "ets_tables"] { #expect(status[use] as? Int ?? 0 > 0, "\(use)") }
        let kinds = ["processes", "binary", "ets", "atom", "code"].map {
            status["memory_\($0)_bytes"] as? Int ?? 0
        }
        #expect(kinds.allSatisfy { $0 > 0 } && kinds.reduce(0, +) <= status["memory_bytes"] as? Int ?? 0, "\(kinds)")
        let online = status["schedulers"] as? Int ?? 0
        #expect((status["run_queues"] as? [Int])?.count ?? 0 >= online && online > 0)

        let sheet = try tool.run("status").standardOutput
        #expect(sheet.contains("disk_almost_full") && sheet.contains(" of 1048576 ("), "\(sheet)")
        #expect(sheet.contains("\(nodes[1].name) in ") && !sheet.contains("process limit"), "\(sheet)")

        let watch = try tool.start("status", "-w", "-o", "jsonl")
        #expect(eventually { watch.standardOutput.split(separator: "\n").count > 1 }, "\(watch.standardError)")
        watch.terminate()
        #expect(watch.standardOutput.contains("\"busy_links\":0"))
    }
}
