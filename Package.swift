// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "cdnotify",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "cdnotify", targets: ["cdnotify"]),
    .library(name: "DeploymentNotifier", targets: ["DeploymentNotifier"]),
    // For tests of your own channels.
    .library(name: "ChannelTesting", targets: ["ChannelTesting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .executableTarget(
      name: "cdnotify",
      dependencies: [
        "DeploymentNotifier", "CodeDeployNotifications", "NotificationChannels",
        "NotificationStores", "AWSClient", "GitHubClient", "CurlTransport", "CCurl", "CBuild",
        "CHost", "CSQLite", "HostFiles", "Yams",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // The application layer: what the command and an embedding service have in common.
    .target(
      name: "DeploymentNotifier",
      dependencies: [
        "CHost", "ChannelKit", "CodeDeployNotifications", "HostFiles", "NotificationChannels",
        "NotificationStores", "AWSClient", "GitHubClient", "CurlTransport", "Yams",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // For tests of channels: the rules for all of them, and a notifier in memory.
    .target(
      name: "ChannelTesting",
      dependencies: [
        "ChannelKit", "CodeDeployNotifications", "DeploymentNotifier",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // The domain: what a deployment, an event, a registration and a notification are, one poll
    // cycle, and the contracts that the targets below implement. It does no I/O.
    .target(
      name: "CodeDeployNotifications",
      dependencies: [
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      swiftSettings: strict),

    // What every channel is built with, bundled or somebody else's.
    .target(
      name: "ChannelKit", dependencies: ["CodeDeployNotifications"], swiftSettings: strict),

    // Adapters, one technology each. They know the domain but not each other.
    .target(
      name: "NotificationChannels",
      dependencies: [
        "ChannelKit", "CodeDeployNotifications", "HostFiles", "Programs",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "NotificationStores",
      dependencies: [
        "CodeDeployNotifications", "CHost", "HostFiles",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "AWSClient",
      dependencies: [
        "CodeDeployNotifications", "HostFiles", "Programs",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "GitHubClient",
      dependencies: [
        "CodeDeployNotifications", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "CurlTransport",
      dependencies: ["CodeDeployNotifications", "CCurl"],
      swiftSettings: strict),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    // Running other programs, for channels and credentials alike.
    .target(
      name: "Programs",
      dependencies: [
        "CMemoryFile", "HostFiles", .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict),
    .target(name: "CMemoryFile"),
    // Files of this host: which can be trusted, reading to a bound, replacing as a whole.
    .target(
      name: "HostFiles", dependencies: ["CHost"], swiftSettings: strict),
    .target(name: "CHost"),
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    // Only a release contains its commit; other builds needn't be made again for each commit.
    .target(
      name: "CBuild",
      cSettings: (Context.environment["CDNOTIFY_COMMIT"]).map {
        [.define("CDNOTIFY_COMMIT", to: "\"\($0)\"")]
      } ?? []),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    // Everything that a poll cycle works with, as fakes.
    .target(
      name: "CycleSupport",
      dependencies: [
        "CodeDeployNotifications", "TestSupport", .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/CycleSupport", swiftSettings: strict),
    .testTarget(
      name: "DeploymentNotifierTests",
      dependencies: [
        "DeploymentNotifier", "CodeDeployNotifications", "AWSClient", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // A channel as somebody else would write it, and names of other server libraries.
    .testTarget(
      name: "OwnChannelTests",
      dependencies: ["ChannelTesting", "DeploymentNotifier", "ServerNames", "TestSupport"],
      swiftSettings: strict),
    .target(name: "ServerNames", path: "Tests/ServerNames", swiftSettings: strict),
    .testTarget(
      name: "CodeDeployNotificationsTests",
      dependencies: [
        "CodeDeployNotifications", "CycleSupport", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "NotificationChannelsTests",
      dependencies: ["ChannelKit", "ChannelTesting", "NotificationChannels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "NotificationStoresTests",
      dependencies: [
        "NotificationStores", "AWSClient", "CurlTransport", "CycleSupport", "DeploymentNotifier",
        "HostFiles", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "AWSClientTests",
      dependencies: [
        "AWSClient", "HostFiles", "Programs", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "GitHubClientTests",
      dependencies: ["GitHubClient", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict),
    .testTarget(
      name: "CurlTransportTests",
      dependencies: ["CurlTransport", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      // Programs that tests run. Their modules aren't imported, so a change inside them doesn't
      // rebuild these tests.
      dependencies: ["cdnotify", "CredentialFinder", "TestSupport"],
      swiftSettings: strict),
    .executableTarget(
      name: "CredentialFinder",
      dependencies: ["AWSClient", "CodeDeployNotifications", "CurlTransport"],
      path: "Tests/CredentialFinder",
      swiftSettings: strict),
  ]
)
