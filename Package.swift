// swift-tools-version: 6.2
import PackageDescription

let common: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
let memorySafe = common + [.strictMemorySafety()]

let package = Package(
    name: "authz",
    products: [.executable(name: "authz", targets: ["authz"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CLibJWT", pkgConfig: "libjwt", providers: [.apt(["libjwt-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),

        .target(name: "AuthzCore", dependencies: ["CJansson"], swiftSettings: memorySafe),
        .target(
            name: "AuthzPolicy",
            dependencies: ["AuthzCore", .product(name: "Yams", package: "Yams")],
            swiftSettings: common),
        .target(name: "AuthzToken", dependencies: ["AuthzCore", "CLibJWT", "COpenSSL"], swiftSettings: memorySafe),
        .target(
            name: "AuthzEngine", dependencies: ["AuthzCore", "AuthzPolicy", "AuthzToken"], swiftSettings: common),
        .target(
            name: "AuthzServer",
            dependencies: [
                "AuthzCore", "AuthzEngine", "AuthzPolicy", "AuthzToken", "CCurl", "CNGHTTP2",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: common),
        .executableTarget(
            name: "authz",
            dependencies: [
                "AuthzCore", "AuthzEngine", "AuthzPolicy", "AuthzServer", "AuthzToken",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: common),

        .target(
            name: "AuthzTestSupport",
            dependencies: ["AuthzCore", "AuthzEngine", "AuthzPolicy", "AuthzToken", "CLibJWT", "COpenSSL"],
            path: "Tests/AuthzTestSupport", swiftSettings: common),
        .testTarget(name: "AuthzCoreTests", dependencies: ["AuthzCore"], swiftSettings: common),
        .testTarget(name: "AuthzPolicyTests", dependencies: ["AuthzCore", "AuthzPolicy"], swiftSettings: common),
        .testTarget(
            name: "AuthzTokenTests",
            dependencies: ["AuthzCore", "AuthzToken", "AuthzTestSupport", "CJansson"],
            resources: [.copy("Vectors")], swiftSettings: common),
        .testTarget(
            name: "AuthzEngineTests",
            dependencies: ["AuthzCore", "AuthzEngine", "AuthzPolicy", "AuthzToken", "AuthzTestSupport"],
            resources: [.copy("Recorded")], swiftSettings: common),
        .testTarget(
            name: "AuthzServerTests",
            dependencies: [
                "AuthzCore", "AuthzEngine", "AuthzPolicy", "AuthzServer", "AuthzToken", "AuthzTestSupport", "CNGHTTP2",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "AuthzCommandTests",
            dependencies: [
                "authz", "AuthzCore", "AuthzEngine", "AuthzPolicy", "AuthzServer", "AuthzToken",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Lint/Sets"], swiftSettings: common),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["authz", "AuthzCore", "AuthzEngine", "AuthzPolicy", "AuthzTestSupport"],
            exclude: ["Scripts"], swiftSettings: common),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .executableTarget(
            name: "authz-bench",
            dependencies: [
                "AllocationCounter", "AuthzCore", "AuthzEngine", "AuthzPolicy", "AuthzServer", "AuthzTestSupport",
                "AuthzToken",
            ],
            path: "Tests/Benchmarks", exclude: ["reference"], swiftSettings: common),
    ],
    swiftLanguageModes: [.v6]
)
