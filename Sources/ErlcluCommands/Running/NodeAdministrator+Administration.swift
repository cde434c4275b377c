package import ClusterAdmin
package import HandshakeTrace

extension NodeAdministrator: Administration {
    package func traceDistribution(
        _ request: TraceRequest, readCertificate: @escaping NodeTraceReader.CertificateReading,
        onEvent: @escaping (DistributionTrace.Event) -> Void
    ) -> any HandshakeTracing {
        DistributionTrace(self, request, readCertificate: readCertificate, onEvent: onEvent)
    }
}

extension DistributionTrace: HandshakeTracing {}
