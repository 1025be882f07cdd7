import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// What holds of all policies, tried on generated ones.
@Suite struct GeneratedPolicyTests {
    private static let sets = 250
    private static let requests = 8

    private static func scene(
        _ policies: [GeneratedPolicy], as style: Tree.Style = .flow, isIndexed: Bool? = nil
    ) throws -> Scene {
        try Scene(GeneratedPolicy.text(of: policies, as: style), isIndexed: isIndexed)
    }

    /// Words for a failure: it can be made again from the policies alone.
    private static func words(_ ask: Ask, _ policies: [GeneratedPolicy]) -> String {
        "\(ask)\n\(GeneratedPolicy.text(of: policies))"
    }

    @Test("SR-7, SR-36: the engine decides as the plainest reading of the rules does", arguments: [true, false])
    func differential(isIndexed: Bool) throws {
        var generator = PolicyGenerator(seed: isIndexed ? 1 : 8)
        var naive = NaiveEvaluator()
        var allowed = 0
        var decided = 0
        for _ in 0..<(2 * Self.sets) {
            let policies = generator.policies()
            let scene = try Self.scene(policies, isIndexed: isIndexed)
            for _ in 0..<Self.requests {
                let ask = generator.ask()
                let answer = scene.allows(ask)
                #expect(answer == naive.allows(ask, policies), "\(Self.words(ask, policies))")
                decided += 1
                allowed += answer ? 1 : 0
            }
        }
        #expect(allowed * 5 > decided && allowed * 5 < decided * 4, "both answers are common: \(allowed) of \(decided)")
    }

    @Test("the order of policies changes nothing")
    func order() throws {
        var generator = PolicyGenerator(seed: 2)
        for _ in 0..<Self.sets {
            let policies = generator.policies()
            let first = try Self.scene(policies)
            let second = try Self.scene(generator.shuffled(policies))
            #expect(first.point.policySet.digest == second.point.policySet.digest)
            for _ in 0..<Self.requests {
                let ask = generator.ask()
                let (one, other) = (first.report(ask), second.report(ask))
                #expect(one.reason == other.reason && one.status == other.status, "\(Self.words(ask, policies))")
                #expect(one.determiningPolicy?.envoyID == other.determiningPolicy?.envoyID)
                #expect(one.dryRunAllow == other.dryRunAllow && one.dryRunDeny == other.dryRunDeny)
                #expect(one.audit == other.audit)
            }
        }
    }

    @Test("one more DENY policy never allows more")
    func oneMoreDeny() throws {
        var generator = PolicyGenerator(seed: 3)
        var denied = 0
        for _ in 0..<Self.sets {
            let policies = generator.policies()
            let more = policies + [generator.policy(named: "more", action: "DENY")]
            let (before, after) = (try Self.scene(policies), try Self.scene(more))
            for _ in 0..<Self.requests {
                let ask = generator.ask()
                let (was, is_) = (before.allows(ask), after.allows(ask))
                #expect(was || !is_, "\(Self.words(ask, more))")
                denied += was && !is_ ? 1 : 0
            }
        }
        #expect(denied > 50, "it denies some")
    }

    @Test("one more rule in an ALLOW policy that counts never denies more")
    func oneMoreRule() throws {
        var generator = PolicyGenerator(seed: 4)
        var allowed = 0
        for _ in 0..<Self.sets {
            var policies = generator.policies()
            var allowing = generator.policy(named: "allowing", action: "ALLOW")
            allowing.isDryRun = false
            allowing.namespace = "foo"
            allowing.labels = [:]
            policies.append(allowing)
            var more = policies
            more[more.count - 1].rules.append(generator.rule())
            let (before, after) = (try Self.scene(policies), try Self.scene(more))
            for _ in 0..<Self.requests {
                let ask = generator.ask()
                let (was, is_) = (before.allows(ask), after.allows(ask))
                #expect(!was || is_, "\(Self.words(ask, more))")
                allowed += !was && is_ ? 1 : 0
            }
        }
        #expect(allowed > 50, "it allows some")
    }

    @Test("SR-4: a query is nothing to rules that read only paths")
    func query() throws {
        var generator = PolicyGenerator(seed: 5)
        for _ in 0..<Self.sets {
            var policy = generator.policy(named: "p", action: generator.pick(["ALLOW", "DENY"]))
            policy.rules = [generator.rule(ofOperation: "paths"), generator.rule(ofOperation: "paths")]
            let scene = try Self.scene([policy])
            for _ in 0..<Self.requests {
                var ask = Ask(path: generator.path())
                let answer = scene.allows(ask)
                ask.path += generator.pick(["?", "?x", "?x=/a", "?/b", "??", "?%2F..", "#x", "?a#b", "#?"])
                #expect(scene.allows(ask) == answer, "\(Self.words(ask, [policy]))")
            }
        }
    }

    @Test("SR-5: the case of a host is nothing to `hosts` and `notHosts`")
    func hostCase() throws {
        var generator = PolicyGenerator(seed: 6)
        for _ in 0..<Self.sets {
            var policy = generator.policy(named: "p", action: generator.pick(["ALLOW", "DENY"]))
            policy.rules = [generator.rule(ofOperation: "hosts"), generator.rule(ofOperation: "hosts")]
            var folded = policy
            for rule in folded.rules.indices {
                for field in folded.rules[rule].to[0].indices {
                    folded.rules[rule].to[0][field].values = policy.rules[rule].to[0][field].values.map {
                        $0.uppercased()
                    }
                }
            }
            let (scene, other) = (try Self.scene([policy]), try Self.scene([folded]))
            for _ in 0..<Self.requests {
                var ask = generator.ask()
                ask.isTCP = false
                let answer = scene.allows(ask)
                ask.host = String(ask.host.map { generator.chance(50) ? Character($0.uppercased()) : $0 })
                #expect(scene.allows(ask) == answer, "\(Self.words(ask, [policy]))")
                #expect(other.allows(ask) == answer, "\(Self.words(ask, [folded]))")
            }
        }
    }

    @Test("a policy decides the same in JSON, in flow style and in block style")
    func styles() throws {
        var generator = PolicyGenerator(seed: 7)
        for _ in 0..<Self.sets {
            let policies = generator.policies()
            let scenes = try Tree.Style.allCases.map { try Self.scene(policies, as: $0) }
            #expect(Set(scenes.map(\.point.policySet.digest)).count == 1, "\(GeneratedPolicy.text(of: policies))")
            for _ in 0..<Self.requests {
                let ask = generator.ask()
                let answers = scenes.map { $0.report(ask).reason }
                #expect(Set(answers).count == 1, "\(Self.words(ask, policies))")
            }
        }
    }
}
