import ErlcluTestSupport
import Foundation
import Testing

/// What the real kubectl says when a port cannot be forwarded. The API server is a stand-in: there is no cluster here.
@Suite(.waiting) struct KubectlTests {
    private static func status(_ code: Int, _ reason: String, _ message: String) -> (Int, String) {
        (
            code,
            #"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"\#(reason)","message":"\#(message)","code":\#(code)}"#
        )
    }

    @Test(arguments: [
        ("gone", "not found"), ("denied", "forbidden"), ("pending", "pod is not running. Current status=Pending"),
    ])
    func aPodThatCannotBeReached(_ pod: String, _ words: String) throws {
        let server = try HTTPServer { path in
            switch path {
            case "/api": return (200, #"{"kind":"APIVersions","versions":["v1"]}"#)
            case "/apis": return (200, #"{"kind":"APIGroupList","apiVersion":"v1","groups":[]}"#)
            case "/api/v1":
                return (
                    200,
                    #"{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod","#
                        + #""namespaced":true,"kind":"Pod","verbs":["get"]}]}"#
                )
            case "/api/v1/namespaces/shop/pods/denied":
                return Self.status(403, "Forbidden", "pods is forbidden: nobody may get them")
            case "/api/v1/namespaces/shop/pods/pending":
                return (
                    200,
                    #"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"pending","namespace":"shop"},"#
                        + #""status":{"phase":"Pending"}}"#
                )
            default: return Self.status(404, "NotFound", "pods is not found")
            }
        }
        defer { server.stop() }
        let home = try TemporaryDirectory()
        let settings = try home.write(
            """
            {"apiVersion": "v1", "kind": "Config", "current-context": "here",
             "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:\(server.port)"}}],
             "users": [{"name": "u", "user": {}}],
             "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}]}
            """, to: "kubeconfig")
        let result = try CommandResult.of(
            BuiltProduct.tool,
            ["ping", "-n", "app@127.0.0.1", "--cookie-env", "COOKIE", "--via", "kube:here/shop/\(pod)", "-t", "30s"],
            environment: NodeTool.scrubbed.merging(["COOKIE": "x", "HOME": home.path, "KUBECONFIG": settings]) { $1 })
        #expect(result.exitStatus == 69 && result.standardError.contains("E-TUNNEL"), "\(result.standardError)")
        #expect(result.standardError.contains(words), "\(result.standardError)")
    }
}
