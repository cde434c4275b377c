import Testing

@testable import ReleaseFiles

@Suite struct TunnelChoiceTests {
    @Test(arguments: [
        ("ssh:jump", TunnelChoice.Kind.ssh(destination: "jump", port: nil)),
        ("ssh:me@jump:2222", .ssh(destination: "me@jump", port: 2222)),
        ("ssh:me@[fe80::1]:22", .ssh(destination: "me@fe80::1", port: 22)),
        ("ssh:fe80::1", .ssh(destination: "fe80::1", port: nil)),
        ("ssh:me@fe80::1%eth7", .ssh(destination: "me@fe80::1%eth7", port: nil)),
        ("ssh://me@jump:2222/", .ssh(destination: "me@jump", port: 2222)),
        ("kube:shop/shop-0", .pod(context: nil, namespace: "shop", name: "shop-0")),
        ("kube:prod/shop/shop-0:app", .pod(context: "prod", namespace: "shop", name: "shop-0")),
        (
            "kube:arn:aws:eks:eu:1:cluster/x/shop/shop-0",
            .pod(context: "arn:aws:eks:eu:1:cluster/x", namespace: "shop", name: "shop-0")
        ),
        ("exec:nc %h %p", .command(["nc", "%h", "%p"])),
        ("exec: a 'b  c' \"d'e\" f'g'h '' ", .command(["a", "b  c", "d'e", "fgh", ""])),
    ])
    func isRead(_ text: String, _ kind: TunnelChoice.Kind) {
        #expect(TunnelChoice(text)?.kind == kind)
        #expect(TunnelChoice(text)?.description == text)
    }

    /// What a program would take for an option of its own is refused, too.
    @Test(arguments: [
        "", "jump", "ssh:", "ssh:-oProxyCommand=x", "ssh:me@", "ssh:@jump", "ssh:a b", "ssh:jump:0", "ssh:jump:x",
        "ssh:[::1]x", "ssh:::1:10022", "ssh:me@a:b:22", "ssh://", "ssh://me@", "kube:", "kube:pod", "kube:a/-n",
        "kube:-n/a", "kube:a/b:c:d", "kube:a/b:", "kube:-x/a/b",
        "kube:/a/b", "kube:A/b", "exec:", "exec:  ", "exec:a 'b", "tcp:x",
    ])
    func isRefused(_ text: String) { #expect(TunnelChoice(text) == nil) }
}
