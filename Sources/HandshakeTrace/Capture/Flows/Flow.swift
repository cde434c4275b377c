import PacketCapture

/// What is known of one TCP connection. There may be a hundred thousand: what is costly hangs on `conversation`, which
/// only those have that are about nodes.
struct Flow {
    enum Phase {
        /// No data yet, or too little to say what it is.
        case new
        case followed
        /// Of no interest; only a new SYN is.
        case ignored
    }

    let key: FlowKey
    var phase = Phase.new
    /// Whether `key.lower` opened the connection.
    var lowerIsInitiator: Bool
    /// Whether the SYN was seen.
    var hasOpening: Bool
    var isAccepted = false
    /// Microseconds since 1970; 0 for not seen.
    var started: Int
    /// When the SYN was sent last, and how long after the one before.
    private var asked: Int
    private var pause = 0
    /// The conversation under which it was reported that nobody answers; 0 for none.
    var emittedNumber = 0
    var connected = 0
    var opening: UInt32
    private var toAcceptor = StreamAssembler()
    private var toInitiator = StreamAssembler()
    /// The initiator's first bytes, until they say what it is.
    var firstBytes: [UInt8] = []
    /// What was seen of a link, until it says that it is one.
    var link = LinkRecognition()
    var conversation: Conversation?
    /// For writing, while it is not known whether they are wanted.
    var packets: [KeptPacket] = []

    init(_ segment: TCPSegment, key: FlowKey, at time: Int) {
        self.key = key
        // An answer to a SYN says who asked.
        let isAnswer = segment.isOpening && segment.isAcknowledging
        lowerIsInitiator = (segment.source == key.lower) != isAnswer
        hasOpening = segment.isOpening && !segment.isAcknowledging
        started = time
        asked = time
        opening = segment.sequence
    }

    /// The bytes of a direction.
    subscript(direction: FlowDirection) -> StreamAssembler {
        get { direction == .fromInitiator ? toAcceptor : toInitiator }
        _modify {
            if direction == .fromInitiator { yield &toAcceptor } else { yield &toInitiator }
        }
    }

    /// Bytes that wait for others.
    var heldBytes: Int { toAcceptor.heldBytes + toInitiator.heldBytes }

    /// Forgets what waits: nobody will look at it.
    mutating func clear() {
        toAcceptor.clear()
        toInitiator.clear()
        firstBytes = []
        packets = []
        conversation = nil
    }

    /// What was taken for the initiator is the acceptor.
    mutating func turnAround() {
        lowerIsInitiator.toggle()
        swap(&toAcceptor, &toInitiator)
    }

    /// The SYN was seen again: sent anew, unless it comes so soon that it was captured twice, as `-i any` does. No kernel
    /// asks anew within 100 ms (Linux: TCP_RTO_MIN is 200).
    mutating func askedAgain(at time: Int) {
        guard time - asked >= 100_000 else { return }
        pause = time - asked
        asked = time
    }

    /// Whether an answer to the SYN is awaited.
    var isUnanswered: Bool { phase == .new && hasOpening && !isAccepted }

    /// When it can be said that nobody answers: a node's time is over, and the SYN that would have been next has not
    /// come. Each pause is at most twice as long as the one before (RFC 6298 §5.5).
    var silenceIsOver: Int {
        max(started + UnansweredConnections.patience, asked + 2 * pause + UnansweredConnections.tolerance)
    }

    /// For how long, at least, the initiator waited, in microseconds.
    var waited: Int { max(UnansweredConnections.patience, asked - started) }

    var initiator: TCPEnd { lowerIsInitiator ? key.lower : key.upper }
    var acceptor: TCPEnd { lowerIsInitiator ? key.upper : key.lower }
}
