import NIOCore
import NIOSSL
import NIOTLS

/// Waits for the end of a TLS handshake, adds the handlers for the protocol that was agreed on, and removes itself.
///
/// Whoever does not end the handshake in time is disconnected. A class because NIO calls it by reference; it stays on one event
/// loop.
final class TLSHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// - Parameter wire: `nil` where the client named no protocol.
    typealias Install = (
        _ wire: ProtocolSniffer.Wire?, _ certificate: ClientCertificate?, _ context: ChannelHandlerContext
    ) throws -> Void

    private let tls: NIOSSLServerHandler
    private let store: TLSStore
    private let timeout: TimeAmount
    private let install: Install
    private var isDraining = false
    private var deadline: Scheduled<Void>?

    /// - Parameter install: Adds the handlers behind the context's.
    init(_ tls: NIOSSLServerHandler, in store: TLSStore, timeout: TimeAmount, install: @escaping Install) {
        self.tls = tls
        self.store = store
        self.timeout = timeout
        self.install = install
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            self.refuse("it took too long", context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted(let negotiated): begin(negotiated, context)
        case ConnectionEvent.drain: isDraining = true
        case ConnectionEvent.closeIfIdle: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        refuse(TLSErrorText(error).description, context)
    }

    private func begin(_ negotiated: String?, _ context: ChannelHandlerContext) {
        let presented = tls.peerCertificate
        // INVARIANT: a certificate counts only where the context demands and verifies one.
        guard store.verifiesClients == (presented != nil) else {
            return refuse("a certificate where none is verified, or none where one is", context)
        }
        // A resumed session brings the certificate of the first one, which may have expired since.
        if let presented, !store.isInTime(presented) {
            return refuse("the client's certificate has expired", context)
        }
        do {
            try install(wire(negotiated), presented.map(ClientCertificate.init), context)
        } catch {
            return context.close(promise: nil)
        }
        if isDraining { context.fireUserInboundEventTriggered(ConnectionEvent.drain) }
        if let presented { endWhenExpired(presented, context.channel) }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    /// A certificate counts no longer on a connection than it is in time: the connection then ends behind what is in flight.
    private func endWhenExpired(_ certificate: NIOSSLCertificate, _ channel: any Channel) {
        let end = channel.eventLoop.scheduleTask(in: .seconds(store.secondsLeft(of: certificate) + 1)) {
            channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.drain)
            channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.closeIfIdle)
        }
        channel.closeFuture.whenComplete { _ in end.cancel() }
    }

    private func wire(_ negotiated: String?) -> ProtocolSniffer.Wire? {
        switch negotiated {
        case TLSMaterial.http1Protocol: .http1
        case TLSMaterial.http2Protocol: .http2
        default: nil
        }
    }

    private func refuse(_ reason: String, _ context: ChannelHandlerContext) {
        store.note(refusal: reason, of: context.channel.remoteAddress?.ipAddress)
        context.close(promise: nil)
    }
}

extension ClientCertificate {
    /// Names that are no visible ASCII are left out: they are none that could be asked for.
    fileprivate convenience init(_ certificate: NIOSSLCertificate) {
        var uris: [String] = []
        var dnsNames: [String] = []
        for name in certificate._subjectAlternativeNames() {
            guard name.contents.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { continue }
            let text = String(decoding: name.contents, as: UTF8.self)
            switch name.nameType {
            case .uri: uris.append(text)
            case .dnsName: dnsNames.append(text)
            default: break
            }
        }
        self.init(uris: uris, dnsNames: dnsNames)
    }
}
