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
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        .target(name: "AuthzCore", dependencies: ["CJansson"], swiftSettings: memorySafe),
        .target(
            name: "AuthzPolicy",
            dependencies: ["AuthzCore", .product(name: "Yams", package: "Yams")],
            swiftSettings: common),
        .target(name: "AuthzToken", dependencies: ["AuthzCore", "COpenSSL"], swiftSettings: memorySafe),
        .target(
            name: "AuthzEngine", dependencies: ["AuthzCore", "AuthzPolicy", "AuthzToken"], swiftSettings: common),
    ],
    swiftLanguageModes: [.v6]
)
