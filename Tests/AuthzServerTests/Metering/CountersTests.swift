import AuthzServer
import Testing

@Suite struct CountersTests {
    @Test("no count is lost, on as many loops as there may be")
    func parallel() async {
        let counters = Counters(count: 3)
        await withTaskGroup(of: Void.self) { group in
            for loop in 0..<40 {
                group.addTask {
                    for _ in 0..<1000 {
                        counters.add(to: 0, loop: loop)
                        counters.add(2, to: 2, loop: loop)
                    }
                }
            }
        }
        #expect((0..<3).map { counters[$0] } == [40_000, 0, 80_000])
    }
}
