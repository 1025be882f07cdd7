import NIOCore

/// One ``LoopBox`` for each event loop of a group.
struct LoopBoxes<Responder: RequestResponder>: Sendable {
    private let boxes: [ObjectIdentifier: NIOLoopBoundBox<LoopBox<Responder.LoopState>>]

    init(_ responder: Responder, on group: any EventLoopGroup, limits: RequestLimits) {
        var boxes: [ObjectIdentifier: NIOLoopBoundBox<LoopBox<Responder.LoopState>>] = [:]
        for loop in group.makeIterator() {
            boxes[ObjectIdentifier(loop)] = .makeBoxSendingValue(
                LoopBox(responder.makeLoopState(), limits: limits), as: LoopBox<Responder.LoopState>.self,
                eventLoop: loop)
        }
        self.boxes = boxes
    }

    /// That of the event loop, which must be the calling one and of the group.
    func box(of loop: any EventLoop) -> LoopBox<Responder.LoopState> {
        guard let box = boxes[ObjectIdentifier(loop)] else { preconditionFailure("an event loop of another group") }
        return box.value
    }
}
