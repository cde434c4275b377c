/// `env.sh` files in the style of what releases have. Their commands are those of `tools`.
enum ReleaseScripts {
    /// What stands for the programs of a machine in a cloud.
    static let tools = [
        "hostname":
            "#!/bin/sh\ncase $1 in -i) echo 10.1.2.3;; -f) echo box.example.org;; *) echo box;; esac\n",
        "curl": "#!/bin/sh\necho '{\"Networks\":[{\"IPv4Addresses\":[\"10.4.5.6\"]}]}'\n",
        "getent": "#!/bin/sh\necho '10.7.8.9 STREAM shop'\n",
    ]

    static let environments: [[String: String]] = [
        [:],
        [
            "POD_IP": "10.0.0.7", "POD_NAMESPACE": "prod", "FLY_APP_NAME": "shop",
            "FLY_PRIVATE_IP": "fdaa:0:1::3",
            "FLY_IMAGE_REF": "registry.fly.io/shop:deployment-01HX",
            "ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4",
            "HOSTNAME": "shop-2", "DEPLOY_ENV": "staging",
        ],
    ]

    static let all: [(name: String, text: String)] = [
        (
            "the address of a container",
            "#!/bin/sh\nip=$(hostname -i)\nexport RELEASE_DISTRIBUTION=name\nexport RELEASE_NODE=shop@$ip\n"
        ),
        (
            "the address of a pod",
            "#!/bin/sh\nexport RELEASE_DISTRIBUTION=name\nexport RELEASE_NODE=\"${RELEASE_NAME}@${POD_IP}\"\n"
        ),
        (
            "the address of a pod, or of the host",
            "#!/bin/sh\nif [ -n \"$POD_IP\" ]; then\n  host=$POD_IP\nelse\n  host=127.0.0.1\nfi\n"
                + "export RELEASE_DISTRIBUTION=name RELEASE_NODE=shop@$host\n"
        ),
        (
            "the name that a cluster's DNS gives to a pod",
            "dashed=$(echo \"${POD_IP:-127.0.0.1}\" | tr . -)\nexport RELEASE_DISTRIBUTION=name\n"
                + "export RELEASE_NODE=\"shop@${dashed}.${POD_NAMESPACE:-default}.pod.cluster.local\"\n"
        ),
        (
            "a stateful set",
            ": \"${HOSTNAME:=shop-0}\"\nordinal=${HOSTNAME##*-}\nexport RELEASE_DISTRIBUTION=name\n"
                + "export RELEASE_NODE=\"shop@${HOSTNAME%-*}-$ordinal.shop.default.svc.cluster.local\"\n"
        ),
        (
            "fly.io",
            "#!/bin/sh\n\nERL_AFLAGS=\"-proto_dist inet6_tcp\"\nexport ERL_AFLAGS\n"
                + "export DNS_CLUSTER_QUERY=\"${FLY_APP_NAME}.internal\"\n"
                + "export RELEASE_DISTRIBUTION=\"name\"\n"
                + "export RELEASE_NODE=\"${FLY_APP_NAME:-shop}-${FLY_IMAGE_REF##*-}@${FLY_PRIVATE_IP:-::1}\"\n"
        ),
        (
            "fly.io, with the address out of a file",
            "ip=$(grep fly-local-6pn /etc/hosts | cut -f 1)\nexport RELEASE_DISTRIBUTION=name\n"
                + "export RELEASE_NODE=${FLY_APP_NAME:-shop}@${ip:-127.0.0.1}\n"
        ),
        (
            "metadata of ECS",
            "if [ -n \"${ECS_CONTAINER_METADATA_URI_V4:-}\" ]; then\n"
                + "  PUBLIC_HOSTNAME=$(curl -s \"$ECS_CONTAINER_METADATA_URI_V4\" | sed 's/.*\\[\"\\([0-9.]*\\)\".*/\\1/')\n"
                + "else\n  PUBLIC_HOSTNAME=127.0.0.1\nfi\nexport RELEASE_DISTRIBUTION=name\n"
                + "export RELEASE_NODE=shop@${PUBLIC_HOSTNAME}\n"
        ),
        (
            "a cookie out of a secret",
            ": \"${SECRETS:=$RELEASE_ROOT/secrets}\"\n"
                + "[ -r \"$SECRETS/cookie\" ] && RELEASE_COOKIE=$(cat \"$SECRETS/cookie\")\nexport RELEASE_COOKIE\n"
                + "export RELEASE_DISTRIBUTION=name RELEASE_NODE=shop@127.0.0.1\n"
        ),
        (
            "by command",
            "case $RELEASE_COMMAND in\n  start*|daemon*)\n"
                + "    ELIXIR_ERL_OPTIONS=\"-kernel inet_dist_listen_min 9100 inet_dist_listen_max 9100\"\n"
                + "    export ELIXIR_ERL_OPTIONS\n    ;;\n  *)\n    ;;\nesac\n"
                + "export RELEASE_DISTRIBUTION=name\nexport RELEASE_NODE=shop@127.0.0.1\n"
        ),
        (
            "a function",
            "host_ip() {\n  getent ahostsv4 \"$(hostname)\" | awk '{ print $1; exit }'\n}\n\n"
                + "if [ \"${DEPLOY_ENV:-prod}\" = prod ]; then\n  RELEASE_NODE=shop@$(host_ip)\n"
                + "else\n  RELEASE_NODE=shop@localhost\nfi\n"
                + "export RELEASE_NODE\n"
        ),
        (
            "another file before it",
            "if [ -f \"$RELEASE_ROOT/etc/shop.env\" ]; then\n  set -a\n  . \"$RELEASE_ROOT/etc/shop.env\"\n  set +a\nfi\n"
                + "export RELEASE_DISTRIBUTION=name\nexport RELEASE_NODE=\"${NODE_NAME:-shop}@${NODE_HOST:-127.0.0.1}\"\n"
        ),
        (
            "a document for the emulator",
            "mkdir -p \"$RELEASE_ROOT/tmp\"\ncat > \"$RELEASE_ROOT/tmp/inetrc\" <<EOF\n"
                + "{host, {127,0,0,1}, [\"shop\"]}.\n"
                + "export RELEASE_NODE=wrong@${POD_IP}\nEOF\nexport ERL_INETRC=\"$RELEASE_ROOT/tmp/inetrc\"\n"
                + "export RELEASE_DISTRIBUTION=sname\nexport RELEASE_NODE=shop@localhost\n"
        ),
        (
            "the whole name of the host",
            "#!/bin/sh\nset -e\nulimit -n 65536 2>/dev/null || true\nFQDN=`hostname -f`\nexport RELEASE_DISTRIBUTION=name\n"
                + "export RELEASE_NODE=${RELEASE_NAME}@${FQDN%%.*}.internal\n"
        ),
        (
            "a suffix by environment",
            "suffix=\"\"\n[ \"$DEPLOY_ENV\" = staging ] && suffix=\"_staging\"\nexport RELEASE_DISTRIBUTION=name \\\n"
                + "  RELEASE_NODE=\"shop${suffix}@127.0.0.1\"\n"
        ),
        (
            "nothing",
            "#!/bin/sh\n# export RELEASE_DISTRIBUTION=name\n# export RELEASE_NODE=shop@127.0.0.1\n"
        ),
    ]
}
