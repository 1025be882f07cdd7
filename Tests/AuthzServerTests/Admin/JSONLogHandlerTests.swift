import AuthzServer
import Logging
import Synchronization
import Testing

@Suite struct JSONLogHandlerTests {
    @Test("a message is a line of JSON; what is given as a number is one")
    func line() {
        let lines = Mutex<[String]>([])
        let logger = Logger(label: "test") { _ in
            JSONLogHandler(level: .info, clock: { 7 }) { line in
                lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            }
        }
        logger.info("a \"message\"", metadata: ["count": .stringConvertible(3), "text": "4\n"])
        logger.debug("too fine")
        #expect(
            lines.withLock { $0 } == [
                #"{"time":7,"level":"info","message":"a \"message\"","count":3,"text":"4\n"}"# + "\n"
            ])
    }
}
