package import HandshakeTrace

extension NodeAdministrator {
    /// Begins to trace the handshakes of the node, while the loop runs.
    /// - Parameter onEvent: called for all that happens, until `stop` or the trace's end.
    package func traceDistribution(
        _ request: TraceRequest, readCertificate: @escaping NodeTraceReader.CertificateReading,
        onEvent: @escaping (DistributionTrace.Event) -> Void
    ) -> DistributionTrace? {
        let trace = DistributionTrace(self, request, readCertificate: readCertificate, onEvent: onEvent)
        trace.start()
        return trace
    }
}
